/** Every sentence that the page shows, in English and Spanish. */

import type { Reason, ReasonCode, Report } from "./report";
import type { UsageError } from "./trust";

export type Language = "en" | "es";

type Sentence = (reason: Reason) => string;

export interface Text {
  readonly title: string;
  readonly intro: string;
  readonly drop: string;
  readonly choosePackage: string;
  readonly chooseFolder: string;
  readonly chooseCheckpoint: string;
  readonly checkpointHint: string;
  readonly key: string;
  readonly keyHint: string;
  readonly otherLanguage: string;
  readonly working: string;
  readonly verdicts: readonly [string, string, string];
  readonly meaning: (report: Report) => string;
  readonly also: string;
  readonly noticed: string;
  readonly facts: { readonly size: string; readonly root: string; readonly seen: string };
  readonly entries: string;
  readonly columns: readonly [string, string, string, string];
  readonly more: string;
  readonly unsupported: string;
  readonly unreadable: string;
  readonly usage: Readonly<Record<UsageError["code"], string>>;
  readonly reasons: Readonly<Record<ReasonCode, Sentence>>;
}

const entry = ({ from }: Reason): string => String(from ?? "");
const range = ({ from, to }: Reason, and: string): string =>
  from === to ? String(from ?? "") : `${from ?? ""} ${and} ${to ?? ""}`;
const name = (reason: Reason): string => reason.name ?? "";

const en: Text = {
  title: "Check an audit log",
  intro:
    "This page checks by itself whether entries of an audit log are what was written. It works without a network: nothing leaves this computer.",
  drop: "Drop a package and a checkpoint anywhere on this page, or choose them here.",
  choosePackage: "Exported package (.zip)",
  chooseFolder: "Or a folder with a copy of the whole log",
  chooseCheckpoint: "Checkpoint you kept elsewhere",
  checkpointHint: "Optional, and what makes the answer complete: only it can show that nothing is missing at the end.",
  key: "Public key of the log",
  keyHint: "Optional. Without it, the key inside the copy is believed.",
  otherLanguage: "Español",
  working: "Checking…",
  verdicts: ["Intact", "Changed", "Incomplete"],
  meaning: ({ exitCode, firstBad, size }) =>
    [
      `Every entry here is what was signed. The log it comes from holds ${size} entries and continues your checkpoint.`,
      firstBad === null ? "This is not what was written." : `The first bad entry is ${firstBad}.`,
      "What is here fits together, but not everything could be checked.",
    ][exitCode] ?? "",
  also: "What was found",
  noticed: "Also noticed",
  facts: { size: "Entries in the log", root: "Root", seen: "Seen by" },
  entries: "Entries that could be read",
  columns: ["Entry", "Time (UTC)", "Type", "Outcome"],
  more: "Show more entries",
  unsupported: "This browser cannot check Ed25519 signatures. Use a newer one, or sotto_verify.py.",
  unreadable: "The file could not be read from the disk.",
  usage: {
    usage_vkey: "The public key you entered is not the key of a log.",
    usage_since: "The file you gave as a checkpoint is not one.",
    usage_nothing: "Choose a package or a folder first.",
  },
  reasons: {
    entry_long: (reason) => `Entry ${entry(reason)} is longer than an entry may be.`,
    entry_not_text: (reason) => `Entry ${entry(reason)} is not text.`,
    entry_not_canonical: (reason) => `Entry ${entry(reason)} is not in canonical form.`,
    entry_member_twice: (reason) => `Entry ${entry(reason)} says something twice.`,
    entry_member_order: (reason) => `Entry ${entry(reason)} has its members out of order.`,
    entry_member_unknown: (reason) => `Entry ${entry(reason)} has a member that no entry has.`,
    entry_member_missing: (reason) => `Entry ${entry(reason)} lacks a member.`,
    entry_type_unknown: (reason) => `Entry ${entry(reason)} is of a type this page does not know.`,
    entry_value: (reason) => `Entry ${entry(reason)} holds a value that cannot be there.`,
    entry_place: (reason) => `Entry ${entry(reason)} is missing or moved: another one stands at its place.`,
    entry_other_key: (reason) => `Entry ${entry(reason)} says that the log is signed with another key.`,
    entry_not_stored: (reason) => `Entry ${entry(reason)} is not the one whose hash is stored for it.`,
    entry_missing: (reason) => `Entry ${entry(reason)} is missing.`,
    entry_added: () => "An entry was added that was not exported.",
    proof_other: (reason) => `The proof of entry ${entry(reason)} is for something else.`,
    proof_checkpoint: (reason) => `The proof of entry ${entry(reason)} is for another checkpoint.`,
    proof_wrong: (reason) => `Entry ${entry(reason)} is not what the log holds there.`,
    checkpoint_form: (reason) => `${name(reason)} does not have the form of a checkpoint.`,
    checkpoint_origin: (reason) => `The checkpoint in ${name(reason)} is of another log.`,
    checkpoint_unsigned: (reason) => `The checkpoint in ${name(reason)} is not signed with the log's key.`,
    checkpoint_signature: (reason) => `A signature is wrong: ${name(reason)}.`,
    key_form: (reason) => `${name(reason)} holds something that is not a key.`,
    keys_form: (reason) => `${name(reason)} does not begin with the key of a log.`,
    base64: (reason) => `${name(reason)}${entry(reason)}: something is not spelled as it was written.`,
    manifest_form: () => "The manifest does not have the form of one.",
    manifest_count: () => "The manifest does not name one proof for each entry.",
    manifest_checkpoint: () => "The manifest names another checkpoint.",
    no_exporter_key: () => "The key of the exporter is not there.",
    jws_other: () => "The signature is not about this manifest and this exporter.",
    jws_signature: () => "The manifest is not signed with the exporter's key.",
    zip_form: () => "The package cannot be read: it is not the file that was exported.",
    file_changed: (reason) => `${name(reason)} is not the file that was exported.`,
    file_unnamed: (reason) => `${name(reason)} does not belong to this package.`,
    file_missing: (reason) => `${name(reason)} is missing.`,
    hashes_wrong: (reason) => `${name(reason)} does not add up to the checkpoint.`,
    entries_not_adding_up: (reason) => `These entries do not add up to a signed checkpoint: ${range(reason, "to")}.`,
    entries_cut_off: (reason) => `These entries are missing, which a signed checkpoint covers: ${range(reason, "to")}.`,
    kept_ahead: (reason) =>
      `These entries are missing, which your checkpoint covers: ${range(reason, "to")}. The log was rolled back or cut short, or this copy is older than your checkpoint.`,
    kept_not_adding_up: (reason) => `These entries do not add up to your checkpoint: ${range(reason, "to")}.`,
    kept_other_key: () => "Your checkpoint is signed with another key than this log.",
    forked: () => "Your checkpoint is of another history: the log was forked.",
    not_cosigned: (reason) => `${name(reason)} has not cosigned a checkpoint.`,
    no_checkpoint: () => "There is no checkpoint.",
    nothing_kept: () => "No checkpoint kept elsewhere was given to compare with.",
    unsigned_end: (reason) => `These entries are not covered by a checkpoint yet: ${range(reason, "to")}.`,
    unfinished_line: (reason) => `The last line of ${name(reason)} was not finished.`,
    time_back: (reason) => `Time goes back at entry ${entry(reason)}.`,
  },
};

const es: Text = {
  title: "Comprobar un registro de auditoría",
  intro:
    "Esta página comprueba por sí sola si las entradas de un registro de auditoría son las que se escribieron. Funciona sin red: nada sale de este equipo.",
  drop: "Suelte un paquete y un punto de control en cualquier lugar de esta página, o elíjalos aquí.",
  choosePackage: "Paquete exportado (.zip)",
  chooseFolder: "O una carpeta con una copia de todo el registro",
  chooseCheckpoint: "Punto de control guardado en otro lugar",
  checkpointHint: "Opcional, y lo que completa la respuesta: solo él puede mostrar que no falta nada al final.",
  key: "Clave pública del registro",
  keyHint: "Opcional. Sin ella se cree la clave que está en la copia.",
  otherLanguage: "English",
  working: "Comprobando…",
  verdicts: ["Intacto", "Modificado", "Incompleto"],
  meaning: ({ exitCode, firstBad, size }) =>
    [
      `Cada entrada que está aquí es la que se firmó. El registro del que procede tiene ${size} entradas y continúa su punto de control.`,
      firstBad === null ? "Esto no es lo que se escribió." : `La primera entrada errónea es la ${firstBad}.`,
      "Lo que hay concuerda, pero no se pudo comprobar todo.",
    ][exitCode] ?? "",
  also: "Lo que se encontró",
  noticed: "También se observó",
  facts: { size: "Entradas en el registro", root: "Raíz", seen: "Visto por" },
  entries: "Entradas que se pudieron leer",
  columns: ["Entrada", "Hora (UTC)", "Tipo", "Resultado"],
  more: "Mostrar más entradas",
  unsupported: "Este navegador no puede comprobar firmas Ed25519. Use uno más reciente, o sotto_verify.py.",
  unreadable: "No se pudo leer el archivo del disco.",
  usage: {
    usage_vkey: "La clave pública que escribió no es la clave de un registro.",
    usage_since: "El archivo que dio como punto de control no lo es.",
    usage_nothing: "Elija primero un paquete o una carpeta.",
  },
  reasons: {
    entry_long: (reason) => `La entrada ${entry(reason)} es más larga de lo permitido.`,
    entry_not_text: (reason) => `La entrada ${entry(reason)} no es texto.`,
    entry_not_canonical: (reason) => `La entrada ${entry(reason)} no está en forma canónica.`,
    entry_member_twice: (reason) => `La entrada ${entry(reason)} dice algo dos veces.`,
    entry_member_order: (reason) => `La entrada ${entry(reason)} tiene sus miembros en otro orden.`,
    entry_member_unknown: (reason) => `La entrada ${entry(reason)} tiene un miembro que ninguna entrada tiene.`,
    entry_member_missing: (reason) => `A la entrada ${entry(reason)} le falta un miembro.`,
    entry_type_unknown: (reason) => `La entrada ${entry(reason)} es de un tipo que esta página no conoce.`,
    entry_value: (reason) => `La entrada ${entry(reason)} contiene un valor que no puede estar ahí.`,
    entry_place: (reason) => `La entrada ${entry(reason)} falta o fue movida: otra ocupa su lugar.`,
    entry_other_key: (reason) => `La entrada ${entry(reason)} dice que el registro se firma con otra clave.`,
    entry_not_stored: (reason) => `La entrada ${entry(reason)} no es la que corresponde a su huella guardada.`,
    entry_missing: (reason) => `Falta la entrada ${entry(reason)}.`,
    entry_added: () => "Se añadió una entrada que no se exportó.",
    proof_other: (reason) => `La prueba de la entrada ${entry(reason)} es de otra cosa.`,
    proof_checkpoint: (reason) => `La prueba de la entrada ${entry(reason)} es de otro punto de control.`,
    proof_wrong: (reason) => `La entrada ${entry(reason)} no es la que el registro tiene ahí.`,
    checkpoint_form: (reason) => `${name(reason)} no tiene la forma de un punto de control.`,
    checkpoint_origin: (reason) => `El punto de control en ${name(reason)} es de otro registro.`,
    checkpoint_unsigned: (reason) => `El punto de control en ${name(reason)} no está firmado con la clave del registro.`,
    checkpoint_signature: (reason) => `Una firma es errónea: ${name(reason)}.`,
    key_form: (reason) => `${name(reason)} contiene algo que no es una clave.`,
    keys_form: (reason) => `${name(reason)} no empieza con la clave de un registro.`,
    base64: (reason) => `${name(reason)}${entry(reason)}: algo no está escrito como se escribió.`,
    manifest_form: () => "El manifiesto no tiene la forma debida.",
    manifest_count: () => "El manifiesto no nombra una prueba por cada entrada.",
    manifest_checkpoint: () => "El manifiesto nombra otro punto de control.",
    no_exporter_key: () => "Falta la clave de quien exportó.",
    jws_other: () => "La firma no es de este manifiesto ni de quien exportó.",
    jws_signature: () => "El manifiesto no está firmado con la clave de quien exportó.",
    zip_form: () => "El paquete no se puede leer: no es el archivo que se exportó.",
    file_changed: (reason) => `${name(reason)} no es el archivo que se exportó.`,
    file_unnamed: (reason) => `${name(reason)} no pertenece a este paquete.`,
    file_missing: (reason) => `Falta ${name(reason)}.`,
    hashes_wrong: (reason) => `${name(reason)} no concuerda con el punto de control.`,
    entries_not_adding_up: (reason) => `Estas entradas no concuerdan con un punto de control firmado: ${range(reason, "a")}.`,
    entries_cut_off: (reason) => `Faltan estas entradas, que un punto de control firmado cubre: ${range(reason, "a")}.`,
    kept_ahead: (reason) =>
      `Faltan estas entradas, que su punto de control cubre: ${range(reason, "a")}. El registro se revirtió o se cortó, o esta copia es anterior a su punto de control.`,
    kept_not_adding_up: (reason) => `Estas entradas no concuerdan con su punto de control: ${range(reason, "a")}.`,
    kept_other_key: () => "Su punto de control está firmado con otra clave que este registro.",
    forked: () => "Su punto de control es de otra historia: el registro se bifurcó.",
    not_cosigned: (reason) => `${name(reason)} no ha firmado un punto de control.`,
    no_checkpoint: () => "No hay ningún punto de control.",
    nothing_kept: () => "No se dio ningún punto de control guardado en otro lugar con el que comparar.",
    unsigned_end: (reason) => `Ningún punto de control cubre todavía estas entradas: ${range(reason, "a")}.`,
    unfinished_line: (reason) => `La última línea de ${name(reason)} no se terminó.`,
    time_back: (reason) => `La hora retrocede en la entrada ${entry(reason)}.`,
  },
};

export const TEXTS: Readonly<Record<Language, Text>> = { en, es };
