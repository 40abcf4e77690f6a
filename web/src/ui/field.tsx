/** A labelled field with its hint and its error, wired for screen readers. */
import type { InputHTMLAttributes, VNode } from "preact";
import { useId, useState } from "preact/hooks";
import { useText } from "./text";

interface FieldProps {
  readonly type?: "text" | "email" | "password" | "number" | "datetime-local";
  readonly autocomplete?: "off" | "username" | "current-password" | "new-password" | "one-time-code";
  readonly inputMode?: "numeric" | "text";
  readonly dir?: "auto";
  readonly placeholder?: string;
  readonly spellcheck?: boolean;
  readonly required?: boolean;
  readonly readOnly?: boolean;
  readonly maxLength?: number;
  readonly min?: number;
  readonly step?: number;
  readonly label: string;
  readonly value: string;
  readonly onValue: (value: string) => void;
  readonly hint?: string | undefined;
  readonly error?: string | undefined;
}

export function Field({ label, value, onValue, hint, error, type = "text", ...rest }: FieldProps): VNode {
  const id = useId();
  const describedBy = [hint === undefined ? "" : `${id}-hint`, error === undefined ? "" : `${id}-error`].join(" ").trim();
  const attributes = {
    ...rest,
    type,
    id,
    value,
    "aria-invalid": error === undefined ? undefined : "true",
    "aria-describedby": describedBy === "" ? undefined : describedBy,
    onInput: ({ currentTarget }: { readonly currentTarget: HTMLInputElement }) => {
      onValue(currentTarget.value);
    },
  } as InputHTMLAttributes;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {hint === undefined ? null : (
        <span class="hint" id={`${id}-hint`}>
          {hint}
        </span>
      )}
      <input {...attributes} />
      {error === undefined ? null : (
        <span class="error" id={`${id}-error`} role="alert">
          {error}
        </span>
      )}
    </div>
  );
}

/** A new password: it may be seen, pasted and made by a password manager. */
export function NewPassword(props: { readonly value: string; readonly onValue: (value: string) => void }): VNode {
  const t = useText();
  const [seen, setSeen] = useState(false);
  return (
    <>
      <Field
        label={t("staff-password-new")}
        hint={t("staff-password-advice")}
        type={seen ? "text" : "password"}
        autocomplete="new-password"
        spellcheck={false}
        required
        {...props}
      />
      <label class="check">
        <input
          type="checkbox"
          checked={seen}
          onChange={({ currentTarget }) => {
            setSeen(currentTarget.checked);
          }}
        />
        {t("staff-password-show")}
      </label>
    </>
  );
}
