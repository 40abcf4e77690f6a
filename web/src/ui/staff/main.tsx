/** `/staff`: everything for people with an account. */
import { start } from "../start";
import "./staff.css";
import { StaffApp } from "./app";
import { isErrand, takeErrand } from "./route";

// A one-time link that is opened in this very tab changes only the fragment: it is read like any other.
window.addEventListener("hashchange", () => {
  if (isErrand(location.hash)) location.reload();
});
start(<StaffApp errand={takeErrand()} />);
