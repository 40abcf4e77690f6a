### Cada frase que una persona puede leer, en español.
### Palabras cortas, frases cortas; se habla de usted y sin suponer el género de nadie.

## Every page

page-neutral-title = Cita
page-language = English
page-skip = Saltar al contenido
demonstration-banner = Demostración: reglas en borrador
copied = Copiado
copy-failed = No se pudo copiar. Marque el texto y cópielo a mano.
since = desde { $time }
until = Previsto hasta { $time }.

## The start page

landing-title = Un lugar privado para hablar
landing-what = Aquí puede ver a alguien de un servicio de apoyo, sin cuenta ni aplicación.
landing-how = Lo que usted dice es solo para las personas de la sesión.
landing-link-title = ¿Le dieron un enlace?
landing-link-text = Ábralo en el aparato que quiere usar. Le lleva al lugar correcto. Aquí no tiene que escribir nada.
landing-link-lost = Si no funciona, pida otro a quien se lo dio.
landing-staff-title = ¿Trabaja aquí?
landing-staff-link = Entrada del personal

## Leaving fast

exit-button = Salir ya, sin ruido
exit-more =
    { $left ->
        [one] Pulse Mayús una vez más para salir.
       *[other] Pulse Mayús { $left } veces más para salir.
    }
exit-hint-title = ¿Necesita salir rápido?
exit-hint = Pulse “Salir ya, sin ruido” arriba. O pulse la tecla Mayús tres veces. Esta página se va al momento.
exit-hint-limits = Su navegador puede guardar esta página en el historial.
exit-danger = ¿Corre peligro ahora? Llame al número de emergencias de su zona.

## The way in

join-title = Le damos la bienvenida
join-intro = Alguien se prepara para hablar con usted. No necesita una cuenta.
join-steps = Son dos pasos cortos. Puede parar cuando quiera.
join-continue = Seguir
join-entering = Un momento …
join-before-title = Antes de entrar
join-private-title = Qué es privado
join-private-name = Su nombre se cierra con llave antes de salir de aquí. Solo lo lee quien tiene un enlace a esta sesión.
join-private-record = Nada se graba. Esta versión no puede grabar.
join-private-who = No le pedimos quién es. Puede usar el nombre que quiera.
join-open-title = Qué no es privado
join-open-seen = Las personas de aquí ven su nombre, y cuándo llega y se va.
join-open-service = El servicio ve que se usó su enlace, y cuándo.
join-open-device = Este aparato puede recordar que vino aquí. Su red también.
join-know-title = Bueno saber
join-know-media = El sonido y el video llegan en otra versión. Por ahora puede ver quién está aquí.
join-know-limits = Si alguien corre peligro, quien habla con usted quizá pida ayuda. Puede preguntar eso antes.
join-understand = Entiendo
join-understand-missing = Lea el texto y marque “Entiendo”, por favor.
join-name = ¿Cómo le llamamos?
join-name-hint = Vale el nombre que usted quiera. Si no pone nada, aquí su nombre es { $guest }.
join-name-too-long = Use un nombre más corto, por favor.
join-guest = Visita { $number }
join-ask = Pedir entrar
join-asking = Pidiendo …

## The waiting room

waiting-title = Sala de espera
waiting-told = Les dijimos que usted está aquí. Alguien le dejará entrar.
waiting-stay = Puede quedarse en esta página. No hay nada más que hacer.
waiting-since = Está aquí desde { $time }.
waiting-name = Le llamamos { $name }.
waiting-leave = Dejar de esperar

## The session

session-title = Su sesión
session-toolbar = Sesión
session-people = Personas
session-people-count =
    { $count ->
        [one] Hay una persona aquí.
       *[other] Hay { $count } personas aquí.
    }
session-you = usted
session-no-name = Visita
session-name-locked = Nombre con llave
session-name-unreadable = No se puede leer el nombre
session-role-participant = Visita
session-role-specialist = Especialista
session-role-supervisor = Supervisión
session-role-interpreter = Intérprete
session-role-helper = Ayudante
session-state-here = Aquí
session-state-reconnecting = Sin conexión. Se guarda el lugar.
session-leave = Salir
session-media-later = El sonido y el video llegan en otra versión. Por ahora puede ver quién está aquí.

session-news-came =
    { $count ->
        [one] { $name } está aquí.
       *[other] Entraron { $count } personas.
    }
session-news-went =
    { $count ->
        [one] { $name } salió.
       *[other] Salieron { $count } personas.
    }
session-news-lost = { $name } perdió la conexión. Se guarda el lugar.
session-news-back = { $name } volvió.
session-news-knock =
    { $count ->
        [one] { $name } pide entrar.
       *[other] { $count } personas piden entrar.
    }

connection-label = Conexión
connection-connecting = Conectando …
connection-online = Hay conexión
connection-lost = Se perdió la conexión. Su lugar se guarda. Seguimos probando.

notice-audit_unavailable = Algo de nuestro lado no funciona ahora. Usted puede seguir. Nadie nuevo puede entrar hasta que funcione.
notice-safety_mode = Algo de nuestro lado necesita una revisión. Usted puede seguir. Nadie nuevo puede entrar hasta entonces.
notice-ten_minutes_left = El tiempo previsto acaba en diez minutos.
notice-two_minutes_left = El tiempo previsto acaba en dos minutos.

## The end, one page for each cause

over-left-title = Usted salió
over-left-text = Gracias por venir. Ya puede cerrar esta página.
over-left-next = Para volver, abra su enlace otra vez.
over-removed-title = Ya no está en esta sesión
over-removed-text = La persona a cargo terminó su visita.
over-removed-next = Si cree que es un error, pregunte a quien le dio el enlace.
over-declined-title = Ahora no
over-declined-text = Esta vez no fue posible dejarle entrar. Usted no hizo nada malo.
over-declined-next = Pregunte a quien le dio el enlace qué hacer ahora.
over-ended_by_host-title = La sesión terminó
over-ended_by_host-text = Se cerró para todas las personas. Gracias por estar aquí.
over-ended_by_host-next = Ya puede cerrar esta página.
over-limit-title = La sesión terminó
over-limit-text = El tiempo previsto se acabó. Gracias por estar aquí.
over-limit-next = Ya puede cerrar esta página.
over-expired-title = La sesión terminó
over-expired-text = Durante mucho tiempo no hubo nadie del equipo.
over-expired-next = Pida otro enlace a quien se lo dio.
over-session_closed-title = Esta sesión terminó
over-session_closed-text = El enlace era para una sesión que ya acabó.
over-session_closed-next = Si aún quiere hablar, pida otro enlace.
over-session_full-title = No quedan lugares
over-session_full-text = En esta sesión no hay un lugar libre.
over-session_full-next = Pregunte a quien le dio el enlace.
over-replaced-title = Abierto en otro lugar
over-replaced-text = Se abrió en otra pestaña o en otro aparato. Solo funciona en un lugar a la vez.
over-replaced-next = Siga allí, o úselo aquí.
over-replaced-button = Usarlo aquí
over-seat_lost-title = Su lugar quedó libre
over-seat_lost-text = La conexión faltó mucho tiempo. Su enlace aún funciona.
over-seat_lost-next = Tome su lugar otra vez. Es solo un momento.
over-seat_lost-button = Tomar mi lugar otra vez
over-link_incomplete-title = Este enlace no está completo
over-link_incomplete-text = Falta la última parte. Quizá se cortó.
over-link_incomplete-next = Abra el enlace otra vez desde su mensaje. Si no ayuda, pida otro.
over-link_refused-title = Este enlace no funciona
over-link_refused-text = Quizá se cortó, o ya no se usa.
over-link_refused-next = Pida otro a quien se lo dio.
over-link_expired-title = Este enlace es muy viejo
over-link_expired-text = Los enlaces valen poco tiempo. Así es más seguro.
over-link_expired-next = Pida otro a quien se lo dio.
over-link_revoked-title = Este enlace fue retirado
over-link_revoked-text = La persona a cargo ya no lo usa.
over-link_revoked-next = Pida otro a quien se lo dio.
over-sign_in_needed-title = Este enlace es para el personal
over-sign_in_needed-text = Entre primero con su cuenta. Después el enlace funciona.
over-sign_in_needed-next = Si no es del personal, pida otro enlace.
over-sign_in_needed-button = Entrar con cuenta
over-not_yours-title = Esta no es su sesión
over-not_yours-text = Su cuenta no puede usar este enlace.
over-not_yours-next = Pregunte a quien se lo dio.
over-too_many-title = Espere un momento
over-too_many-text = Hubo muchos intentos en poco tiempo.
over-too_many-next = Espere un minuto. Luego pruebe otra vez.
over-too_many-button = Probar otra vez
over-unreachable-title = No llegamos al servicio
over-unreachable-text = Quizá falla su internet, o el problema es nuestro. Su enlace aún funciona.
over-unreachable-next = Mire si otros sitios funcionan. Luego pruebe otra vez.
over-unreachable-button = Probar otra vez
over-outdated-title = Esta página es vieja
over-outdated-text = Hay una versión más nueva de esta página.
over-outdated-next = Cárguela otra vez. Su lugar se guarda.
over-outdated-button = Cargar otra vez
over-unsupported-title = Este navegador no puede protegerle aquí
over-unsupported-text = No puede cerrar su nombre con llave en este aparato. Por eso no seguimos.
over-unsupported-next = Abra su enlace en un navegador más nuevo. Chrome, Edge, Firefox y Safari sirven.

## Refusals, by code

problem-unexpected = Algo falló de nuestro lado. Pruebe otra vez.
problem-unreachable = No llegamos al servicio. Mire si otros sitios funcionan. Luego pruebe otra vez.
problem-internal = Algo falló de nuestro lado. Pruebe otra vez. Si sigue, avise a su equipo.
problem-audit_unavailable = Ahora no funciona, así que no se hizo nada. Pruebe otra vez en un momento.
problem-safety_mode = No funciona hasta que su equipo lo revise. No se hizo nada.
problem-overloaded = Hay demasiado trabajo ahora. Pruebe otra vez en un momento.
problem-shutting_down = El servicio arranca de nuevo. Vuelve en un momento.
problem-too_many_messages = Fue muy rápido. Espere un rato.
problem-timed_out = Tardó demasiado. Pruebe otra vez.
problem-not_found = No está aquí, o no es para usted.
problem-not_authenticated = Su cuenta ya no está abierta. Entre otra vez.
problem-role_not_permitted = Su función no permite esto. Pida ayuda a quien pueda.
problem-not_in_session = No está en esta sesión. Ábrala otra vez.
problem-seat_unknown = Esa persona ya no está aquí.
problem-not_waiting = Esa persona ya no espera.
problem-not_admitted = Aún está en espera. Alguien le dejará entrar.
problem-export_too_large = Es más de lo que cabe en un paquete. Exporte una sola sesión, o exporte como JSONL.
problem-session_closed = Esta sesión terminó.
problem-session_full = Todos los lugares de esta sesión están tomados.
problem-invitation_invalid = Este enlace no funciona. Pida otro.
problem-invitation_expired = Este enlace es muy viejo. Pida otro.
problem-invitation_revoked = Este enlace ya no vale. Pida uno nuevo.
problem-replaced = Este enlace se abrió en otro lugar. Siga allí.
problem-removed = Ya no está en esta sesión. Pregunte a quien le dio el enlace.
problem-declined = Esta vez no pudo entrar. Pregunte a quien le dio el enlace.
problem-banned = Ya no está en esta sesión. Pregunte a quien le dio el enlace.
problem-version_unsupported = Esta página es vieja. Cárguela otra vez.
problem-sign_in_refused = No coincide. Revise el correo, la contraseña y el código. Luego pruebe otra vez.
problem-too_many_attempts =
    { $seconds ->
        [0] Probó muchas veces. Espere un poco y pruebe de nuevo.
        [one] Probó muchas veces. Espere un segundo y pruebe de nuevo.
       *[other] Probó muchas veces. Espere { $seconds } segundos y pruebe de nuevo.
    }
problem-staff_sign_in_required = Este enlace es para el personal. Entre primero. Luego ábralo otra vez.
problem-step_up_required = Confirme que es usted. Luego hágalo otra vez.
problem-step_up_refused = No coincide. Revise y pruebe otra vez.
problem-step_up_cancelled = No se hizo nada, porque no confirmó.
problem-passkey_required = Tiene una llave de acceso. Confirme con ella.
problem-passkey_refused = La llave de acceso no funcionó. Pruebe otra vez, o use su contraseña.
problem-passkey_cancelled = No se usó ninguna llave de acceso. Puede probar otra vez.
problem-passkey_known = Este aparato ya tiene una llave de acceso suya. Puede entrar con ella.
problem-challenge_unknown = Tardó demasiado. Empiece otra vez.
problem-setup_link_invalid = Este enlace ya no funciona. Pida otro a quien lleva este servicio.
problem-password_rejected = Esta clave es muy fácil. Ponga otra más larga.
problem-password_rejected-too_short = Esta contraseña es corta. Use al menos 15 letras. Cuatro o cinco palabras van bien.
problem-password_rejected-blocklisted = Mucha gente usa esta contraseña, así que es fácil de adivinar. Elija otra.
problem-password_rejected-too_guessable = Esta contraseña es fácil de adivinar. Ponga una o dos palabras que no van juntas.
problem-password_rejected-contains_identity = Esta contraseña lleva su nombre o su correo. Elija otra.
problem-totp_refused = El código no coincide. Espere el siguiente en su aplicación. Luego pruebe otra vez.
problem-totp_not_begun = La aplicación de códigos no se está configurando. Empiece otra vez.
problem-email_taken = Ya hay una cuenta con este correo.
problem-email_invalid = Esto no es un correo. Revíselo.
problem-account_unknown = No hay tal cuenta.
problem-planned_start_invalid = El comienzo no es una fecha con hora. Revíselo.
problem-max_minutes_too_long = Una sesión no puede durar tanto aquí. Elija menos tiempo.
problem-expires_in_too_long = Un enlace no puede vivir tanto aquí. Elija menos tiempo.
problem-last_way_in = Es su única forma de entrar. Añada otra antes.
problem-conflict = Alguien hizo algo al mismo tiempo. Pruebe otra vez.

## Staff: signing in

staff-nav = Principal
staff-nav-sessions = Sesiones
staff-nav-compliance = Cumplimiento
staff-nav-security = Seguridad
staff-nav-account = Cuenta
staff-loading = Cargando …
staff-try-again = Probar otra vez
staff-role-specialist = Especialista
staff-role-supervisor = Supervisión
staff-role-compliance = Cumplimiento
staff-role-admin = Administración
staff-sign-in-title = Entrar
staff-email = Correo electrónico
staff-password = Contraseña
staff-code = Código de su aplicación
staff-code-hint = Solo si configuró una aplicación de códigos.
staff-sign-in = Entrar
staff-sign-in-passkey = Entrar con una llave de acceso
staff-or = o
staff-signed-out = Ha cerrado la sesión de su cuenta.
staff-session-expired = Su entrada ha caducado. Entre otra vez.
staff-setup-title = Configure su cuenta
staff-setup-for = Esta cuenta es para { $email }.
staff-setup-passkey-title = Con una llave de acceso
staff-setup-passkey-text = Una llave de acceso es lo más seguro. Usted confirma con la huella, la cara o el bloqueo de su aparato. No hay nada que recordar.
staff-setup-passkey = Crear una llave de acceso
staff-setup-password-title = Con una contraseña
staff-setup-password = Guardar la contraseña
staff-setup-done = Su cuenta está lista. Ya puede entrar.
staff-password-new = Contraseña nueva
staff-password-show = Mostrar la contraseña
staff-password-advice = Use al menos 15 caracteres. Cuatro o cinco palabras que no van juntas sirven bien. Si tiene un gestor de contraseñas, deje que elija. No hacen falta signos especiales.

## Staff: confirming

staff-confirm-title = Confirme que es usted
staff-confirm-why = Este paso necesita una confirmación reciente. Vale 15 minutos.
staff-confirm-passkey = Use la llave de acceso que ha configurado.
staff-confirm = Confirmar
staff-cancel = Cancelar

## Staff: sessions

staff-sessions-title = Sesiones
staff-new-title = Empezar algo nuevo
staff-new-kind = Tipo
staff-new-start = Comienzo previsto
staff-new-start-hint = Déjelo vacío para empezar ahora.
staff-new-minutes = Duración máxima en minutos
staff-new-session = Nueva sesión
staff-kind-one_to_one = Uno a uno
staff-kind-group = Grupo
staff-kind-family = Familia
staff-kind-crisis = Crisis
staff-kind-drop_in = Sin cita
staff-kind-supervision = Supervisión
staff-state-planned = Prevista
staff-state-open = Abierta
staff-state-ended = Terminada
staff-sessions-current = Previstas y abiertas
staff-sessions-ended = Terminadas
staff-sessions-none = No hay sesiones previstas ni abiertas. Pulse “Nueva sesión” para crear una.
staff-session-planned-for = Prevista para { $time }
staff-session-created = Creada { $time }
staff-session-ended-at = Terminada { $time }
staff-session-people =
    { $count ->
        [0] nadie aquí
        [one] una persona aquí
       *[other] { $count } personas aquí
    }
staff-session-waiting =
    { $count ->
        [one] una persona en espera
       *[other] { $count } personas en espera
    }
staff-session-mine = Suya

## Staff: one session

staff-session-title = Sesión
staff-session-back = Todas las sesiones
staff-session-key-missing = Este navegador no tiene la llave de esta sesión. Puede ver que alguien espera, pero no quién, y no puede admitir. Use el navegador donde se creó la sesión, o abra aquí un enlace de personal de esta sesión.
staff-session-not-yet = Esta sesión está prevista para { $time }. La sala de espera se abre cuando usted entra.
staff-session-other-browser = Si entra aquí, sale de la sesión en su otro navegador.
staff-session-enter = Entrar ahora
staff-session-enter-again = Entrar otra vez
staff-session-over = Esta sesión terminó. Sus enlaces ya no funcionan.
staff-links-title = Enlaces
staff-links-intro = Dé a cada persona su propio enlace. Un enlace vale para un lugar. Envíelo de modo que solo esa persona lo lea.
staff-link = Enlace para participar
staff-link-copy = Copiar enlace
staff-link-none = Todos los enlaces para participar se usaron o se retiraron. Añada otro.
staff-link-add = Añadir otro enlace
staff-link-role = El enlace es para
staff-link-revoke = Retirar
staff-link-elsewhere = Creado en otro navegador. Aquí solo se puede retirar.
staff-link-item = { $role }, enlace { $number }
staff-link-until = válido hasta { $time }
staff-link-state-open = Sin usar
staff-link-state-used = Usado
staff-link-state-revoked = Retirado
staff-link-state-expired = Caducado
staff-role-option-participant = quien participa
staff-role-option-specialist = un o una colega (especialista)
staff-role-option-supervisor = supervisión
staff-role-option-interpreter = intérprete
staff-role-option-helper = ayudante
staff-waiting = En espera
staff-waiting-none = Nadie espera.
staff-admit = Admitir
staff-decline = Rechazar
staff-remove = Retirar
staff-remove-sure = ¿Retirar a { $name }?
staff-remove-more = Su enlace ya no servirá para entrar. Si debe volver, cree un enlace nuevo.
staff-end = Terminar la sesión
staff-end-sure = ¿Terminar la sesión para todas las personas?
staff-end-more = Sus enlaces dejan de funcionar.
staff-end-yes = Terminar para todas
staff-remove-yes = Retirar a esta persona
staff-device-again = El enlace se abrió otra vez en otro aparato. Pregunte quién es antes de admitir.
staff-device-same_link = Este enlace ya dejó entrar a alguien. Pregunte quién es antes de admitir.
staff-notice-audit_unavailable = No se puede escribir en el registro. La sesión sigue, pero nadie puede entrar y nada nuevo puede empezar hasta que funcione. Avise a su operador.
staff-notice-safety_mode = El registro es de solo lectura hasta que su operador lo revise. La sesión sigue, pero nadie puede entrar.

## Staff: security

staff-security-title = Seguridad
staff-security-password-title = Contraseña
staff-security-change = Cambiar la contraseña
staff-security-changed = Su contraseña ha cambiado.
staff-totp-title = Aplicación de códigos
staff-totp-on = Hay una aplicación de códigos. Usted escribe su código al entrar.
staff-totp-off = Una aplicación en su teléfono da un código nuevo cada 30 segundos. Para entrar hacen falta entonces la contraseña y el código.
staff-totp-begin = Configurar una aplicación de códigos
staff-totp-open = Abrir en una aplicación de este aparato
staff-totp-secret = Clave para su aplicación
staff-totp-secret-hint = Añada una cuenta en su aplicación y escriba o pegue esta clave.
staff-totp-copy = Copiar la clave
staff-totp-code = Código que muestra ahora su aplicación
staff-totp-confirm = Confirmar el código
staff-totp-added = La aplicación de códigos está lista.
staff-totp-remove = Quitar la aplicación de códigos
staff-totp-removed = Se quitó la aplicación de códigos.
staff-passkeys-title = Llaves de acceso
staff-passkeys-text = Con una llave de acceso usted entra y confirma con la huella, la cara o el bloqueo de su aparato.
staff-passkeys-none = Aún no tiene llaves de acceso.
staff-passkeys-unsupported = Este navegador no puede usar llaves de acceso aquí.
staff-passkey-label = Nombre de la llave nueva
staff-passkey-label-hint = Por ejemplo, el aparato en que está.
staff-passkey-add = Añadir una llave de acceso
staff-passkey-added = Se añadió la llave de acceso.
staff-passkey-remove = Quitar
staff-passkey-removed = Se quitó la llave de acceso.
staff-passkey-since = añadida { $time }
staff-sign-out-title = Salir de la cuenta
staff-sign-out = Salir de la cuenta
staff-sign-out-everywhere = Salir en todas partes
staff-sign-out-text = “Salir en todas partes” cierra su cuenta en todos los aparatos. Úselo si se perdió uno.

## Administrators

staff-admin-title = Cuentas
staff-admin-text = Las cuentas se llevan en el servidor con el comando “sotto admin”. Da enlaces de un solo uso para cuentas nuevas, desactiva cuentas y las restablece. Todo lo que hace queda en el registro.
staff-admin-why = A propósito no hay una página para esto: quien se apodera de un navegador no puede crear cuentas.

## Compliance

compliance-title = Cumplimiento
compliance-viewing = Mirar esta página también se escribe en el registro.
compliance-filters = Filtros
compliance-session = Sesión
compliance-type = Tipo
compliance-outcome = Resultado
compliance-outcome-any = Cualquiera
compliance-outcome-success = Éxito
compliance-outcome-refused = Rechazado
compliance-outcome-failure = Fallo
compliance-outcome-pending = Pendiente
compliance-show = Mostrar
compliance-clear = Borrar
compliance-events = Sucesos, primero los nuevos
compliance-seq = N.º
compliance-time = Hora
compliance-who = Quién
compliance-about = Sobre
compliance-reason = Motivo
compliance-details = Detalles
compliance-details-of = Detalles de la entrada { $seq }
compliance-more = Mostrar sucesos anteriores
compliance-none = Ningún suceso coincide.
compliance-checkpoint = Punto de control
compliance-checkpoint-line =
    { $size ->
        [one] Una entrada firmada, hace { $age }. Raíz { $root }
       *[other] { $size } entradas firmadas, hace { $age }. Raíz { $root }
    }
compliance-checkpoint-none = Aún no se firmó un punto de control.
compliance-checkpoint-text = El punto de control completo
compliance-copy = Copiar el punto de control
compliance-keep = Guarde una copia en otro sitio. Más tarde prueba que nada se cortó ni se volvió atrás.
compliance-export-title = Exportar
compliance-export = Exportar
compliance-export-text = Crea un paquete con los sucesos, sus pruebas y un verificador que funciona sin red. La exportación queda en el registro con su identificador. Se aplica el filtro de sesión.
compliance-exported = El paquete está listo. Su navegador lo guarda en las descargas.
