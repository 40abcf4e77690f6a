/** `/staff`: everything for people with an account. */
import { start } from "../start";
import "./staff.css";
import { StaffApp } from "./app";
import { takeErrand } from "./route";

start(<StaffApp errand={takeErrand()} />);
