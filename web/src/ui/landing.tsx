/** `/`: what this is, what to do with a link, where staff sign in. */
import type { VNode } from "preact";
import { Frame, Heading } from "./frame";
import { start } from "./start";
import { useText } from "./text";

function Landing(): VNode {
  const t = useText();
  return (
    <Frame>
      <div class="stack">
        <Heading focused={false}>{t("landing-title")}</Heading>
        <p class="lead">
          {t("landing-what")} {t("landing-how")}
        </p>
      </div>
      <section class="card close" aria-labelledby="link">
        <h2 id="link">{t("landing-link-title")}</h2>
        <p>{t("landing-link-text")}</p>
        <p class="soft">{t("landing-link-lost")}</p>
      </section>
      <section class="card close" aria-labelledby="staff">
        <h2 id="staff">{t("landing-staff-title")}</h2>
        <p>
          <a class="button" href="/staff">
            {t("landing-staff-link")}
          </a>
        </p>
      </section>
    </Frame>
  );
}

start(<Landing />);
