### Every sentence a person can read, in English.
### Participants may be afraid, tired, or new to computers: short words, short sentences, US reading grade 6 at most.
### A message that only staff read starts with `staff-` or `compliance-`; everything else is for participants too.

## Every page

page-neutral-title = Appointment
page-language = Español
page-skip = Skip to the content
demonstration-banner = Demonstration: draft policy
copied = Copied
copy-failed = Could not copy. Mark the text and copy it by hand.
since = since { $time }
until = Planned until { $time }.

## The start page

landing-title = A private place to talk
landing-what = Here you can meet someone from a support service, with no account and no app.
landing-how = What you say is only for the people in the session.
landing-link-title = Did you get a link?
landing-link-text = Open it on the device you want to use. It takes you to the right place. You do not need to type anything here.
landing-link-lost = If it does not work, ask the person who sent it for a new one.
landing-staff-title = Do you work here?
landing-staff-link = Staff sign-in

## Leaving fast

exit-button = Leave now, quietly
exit-more =
    { $left ->
        [one] Press Shift one more time to leave.
       *[other] Press Shift { $left } more times to leave.
    }
exit-hint-title = Need to leave fast?
exit-hint = Press “Leave now, quietly” at the top. Or press the Shift key three times. This page goes away at once.
exit-hint-limits = Your browser may still list this page in its history.
exit-danger = Are you in danger now? Call the emergency number where you are.

## The way in

join-title = Welcome
join-intro = Someone is getting ready to talk with you. You do not need an account.
join-steps = There are two short steps. You can stop at any time.
join-continue = Continue
join-entering = One moment …
join-before-title = Before you join
join-private-title = What is private
join-private-name = Your name is locked before it leaves this device. Only people with a link to this session can read it.
join-private-record = Nothing is recorded. This version has no way to record.
join-private-who = We do not ask who you are. You can use any name.
join-open-title = What is not private
join-open-seen = The people here can see your name, and when you come and go.
join-open-service = The service can see that your link was used, and when.
join-open-device = This device may remember that you came here. So may your network.
join-know-title = Good to know
join-know-media = Sound and video come with a later version. For now you can see who is here.
join-know-limits = The person you talk to may have to get help if someone is in danger. You can ask about that first.
join-understand = I understand
join-understand-missing = Please read the text and check “I understand”.
join-name = How should we call you?
join-name-hint = Any name is fine. You can leave this empty. Then we call you { $guest }.
join-name-too-long = Please use a shorter name.
join-guest = Guest { $number }
join-ask = Ask to join
join-asking = Asking …

## The waiting room

waiting-title = Waiting
waiting-told = We told them that you are here. Someone will let you in.
waiting-stay = You can stay on this page. There is nothing more to do.
waiting-since = You have been here since { $time }.
waiting-name = We call you { $name }.
waiting-leave = Stop waiting

## The session

session-title = Your session
session-toolbar = Session
session-people = People
session-people-count =
    { $count ->
        [one] One person is here.
       *[other] { $count } people are here.
    }
session-you = you
session-no-name = Guest
session-name-locked = Name is locked
session-name-unreadable = Name cannot be read
session-role-participant = Guest
session-role-specialist = Specialist
session-role-supervisor = Supervisor
session-role-interpreter = Interpreter
session-role-helper = Helper
session-state-here = Here
session-state-reconnecting = Connection lost. The seat is kept.
session-leave = Leave
session-media-later = Sound and video come with a later version. For now you can see who is here.

session-news-came =
    { $count ->
        [one] { $name } is here.
       *[other] { $count } people came in.
    }
session-news-went =
    { $count ->
        [one] { $name } left.
       *[other] { $count } people left.
    }
session-news-lost = { $name } lost the connection. The seat is kept.
session-news-back = { $name } is back.
session-news-knock =
    { $count ->
        [one] { $name } asks to join.
       *[other] { $count } people ask to join.
    }

connection-label = Connection
connection-connecting = Connecting …
connection-online = Connected
connection-lost = The connection is gone. Your seat is kept. We keep trying.

notice-audit_unavailable = Something on our side does not work just now. You can go on. Nobody new can come in until it works again.
notice-safety_mode = Something on our side needs a check. You can go on. Nobody new can come in until then.
notice-ten_minutes_left = The planned time ends in ten minutes.
notice-two_minutes_left = The planned time ends in two minutes.

## The end, one page for each cause

over-left-title = You left
over-left-text = Thank you for coming. You can close this page now.
over-left-next = To come back, open your link again.
over-removed-title = You are not in this session any more
over-removed-text = The host ended your visit.
over-removed-next = If you think this is a mistake, ask the person who gave you the link.
over-declined-title = Not right now
over-declined-text = The host could not let you in this time. You did nothing wrong.
over-declined-next = Ask the person who gave you the link what to do next.
over-ended_by_host-title = The session has ended
over-ended_by_host-text = The host closed it for everyone. Thank you for being here.
over-ended_by_host-next = You can close this page now.
over-limit-title = The session has ended
over-limit-text = The planned time is over. Thank you for being here.
over-limit-next = You can close this page now.
over-expired-title = The session has ended
over-expired-text = Nobody from the team was here for a long time.
over-expired-next = Ask the person who gave you the link for a new one.
over-session_closed-title = This session has ended
over-session_closed-text = The link was for a session that is over now.
over-session_closed-next = If you still want to talk, ask for a new link.
over-session_full-title = All seats are taken
over-session_full-text = There is no free seat in this session.
over-session_full-next = Ask the person who gave you the link.
over-replaced-title = Open in another place
over-replaced-text = It was opened in another tab or on another device. It works in one place at a time.
over-replaced-next = Go on there, or use it here.
over-replaced-button = Use it here
over-seat_lost-title = Your seat was set free
over-seat_lost-text = The connection was gone for too long. Your link still works.
over-seat_lost-next = Take your seat again. It takes one moment.
over-seat_lost-button = Take my seat again
over-link_incomplete-title = This link is not complete
over-link_incomplete-text = The last part of it is missing. It may have been cut off.
over-link_incomplete-next = Open the link again from the message you got. If that does not help, ask for a new one.
over-link_refused-title = This link does not work
over-link_refused-text = It may be cut off, or it is not in use any more.
over-link_refused-next = Ask the person who gave it to you for a new one.
over-link_expired-title = This link is too old
over-link_expired-text = Links work for a short time only. This keeps you safe.
over-link_expired-next = Ask the person who gave it to you for a new one.
over-link_revoked-title = This link was taken back
over-link_revoked-text = The host does not use it any more.
over-link_revoked-next = Ask the person who gave it to you for a new one.
over-sign_in_needed-title = This link is for staff
over-sign_in_needed-text = Please sign in first. Then this link will work.
over-sign_in_needed-next = If you are not staff, ask for a new link.
over-sign_in_needed-button = Sign in
over-not_yours-title = This is not your session
over-not_yours-text = Your account cannot use this link.
over-not_yours-next = Ask the person who gave it to you.
over-too_many-title = Please wait a moment
over-too_many-text = There were many tries in a short time.
over-too_many-next = Wait one minute. Then try again.
over-too_many-button = Try again
over-unreachable-title = We cannot reach the service
over-unreachable-text = Your internet may be down, or the problem is on our side. Your link still works.
over-unreachable-next = See if other sites work. Then try again.
over-unreachable-button = Try again
over-outdated-title = This page is out of date
over-outdated-text = There is a newer version of this page.
over-outdated-next = Load it again. Your seat is kept.
over-outdated-button = Load again
over-unsupported-title = This browser cannot keep you safe here
over-unsupported-text = It cannot lock your name on this device. So we do not go on.
over-unsupported-next = Open your link in a newer browser. Chrome, Edge, Firefox and Safari all work.

## Refusals, by code

problem-unexpected = Something went wrong on our side. Please try again.
problem-unreachable = We cannot reach the service. See if other sites work. Then try again.
problem-internal = Something went wrong on our side. Please try again. If it stays, tell your team.
problem-audit_unavailable = This does not work just now, so nothing was done. Please try again in a moment.
problem-safety_mode = This does not work until your team has made a check. Nothing was done.
problem-overloaded = There is too much going on. Please try again in a moment.
problem-shutting_down = The service starts again. It will be back in a moment.
problem-too_many_messages = That was too fast. Please wait a moment.
problem-timed_out = It took too long. Please try again.
problem-not_found = This is not here, or not for you.
problem-not_authenticated = You are not signed in any more. Please sign in again.
problem-role_not_permitted = Your role does not allow this. Ask someone whose role does.
problem-not_in_session = You are not in this session. Please open it again.
problem-seat_unknown = That person is not here any more.
problem-not_waiting = That person does not wait any more.
problem-not_admitted = You are still waiting. Someone will let you in.
problem-export_too_large = That is more than one package holds. Export one session, or export as JSONL.
problem-session_closed = This session has ended.
problem-session_full = All seats of this session are taken.
problem-invitation_invalid = This link does not work. Ask for a new one.
problem-invitation_expired = This link is too old. Ask for a new one.
problem-invitation_revoked = This link was taken back. Ask for a new one.
problem-replaced = This link was opened in another place. Go on there.
problem-removed = You are not in this session any more. Ask the person who gave you the link.
problem-declined = You were not let in this time. Ask the person who gave you the link.
problem-banned = You are not in this session any more. Ask the person who gave you the link.
problem-version_unsupported = This page is out of date. Please load it again.
problem-sign_in_refused = That did not match. Check your email, password and code. Then try again.
problem-too_many_attempts =
    { $seconds ->
        [0] There were too many tries. Wait a little. Then try again.
        [one] There were too many tries. Wait one second. Then try again.
       *[other] There were too many tries. Wait { $seconds } seconds. Then try again.
    }
problem-staff_sign_in_required = This link is for staff. Sign in first. Then open it again.
problem-step_up_required = Please confirm that it is you. Then do it again.
problem-step_up_refused = That did not match. Check it and try again.
problem-step_up_cancelled = Nothing was done, because you did not confirm.
problem-passkey_required = You have a passkey. Please confirm with it.
problem-passkey_refused = The passkey did not work. Try again, or use your password.
problem-passkey_cancelled = No passkey was used. You can try again.
problem-passkey_known = This device has a passkey for you. You can use it to sign in.
problem-challenge_unknown = That took too long. Please start again.
problem-setup_link_invalid = This link does not work any more. Ask the person who runs this service for a new one.
problem-password_rejected = This password is too weak. Please choose another one.
problem-password_rejected-too_short = This password is too short. Use at least 15 letters. Four or five words work well.
problem-password_rejected-blocklisted = Many people use this password, so it is easy to guess. Please choose another one.
problem-password_rejected-too_guessable = This password is easy to guess. Add a word or two that do not belong together.
problem-password_rejected-contains_identity = This password has your name or email in it. Please choose another one.
problem-totp_refused = The code did not match. Wait for the next one in your app. Then try again.
problem-totp_not_begun = The code app is not being set up. Please start again.
problem-email_taken = There is an account with this email.
problem-email_invalid = This is not an email. Please check it.
problem-account_unknown = There is no such account.
problem-planned_start_invalid = The start is not a date and time. Please check it.
problem-max_minutes_too_long = A session cannot be that long here. Choose a shorter time.
problem-expires_in_too_long = A link cannot live that long here. Choose a shorter time.
problem-last_way_in = This is your only way to sign in. Add another one first.
problem-conflict = Someone else did something at the same time. Please try again.

## Staff: signing in

staff-nav = Main
staff-nav-sessions = Sessions
staff-nav-compliance = Compliance
staff-nav-security = Security
staff-nav-account = Account
staff-loading = Loading …
staff-try-again = Try again
staff-role-specialist = Specialist
staff-role-supervisor = Supervisor
staff-role-compliance = Compliance
staff-role-admin = Administrator
staff-sign-in-title = Sign in
staff-email = Email
staff-password = Password
staff-code = Code from your app
staff-code-hint = Only if you set up a code app.
staff-sign-in = Sign in
staff-sign-in-passkey = Sign in with a passkey
staff-or = or
staff-signed-out = You are signed out.
staff-session-expired = Your sign-in has ended. Please sign in again.
staff-setup-title = Set up your account
staff-setup-for = This account is for { $email }.
staff-setup-passkey-title = With a passkey
staff-setup-passkey-text = A passkey is the safest way. You confirm with your fingerprint, your face or the lock of your device. There is nothing to remember.
staff-setup-passkey = Set up a passkey
staff-setup-password-title = With a password
staff-setup-password = Save password
staff-setup-done = Your account is ready. Sign in now.
staff-password-new = New password
staff-password-show = Show the password
staff-password-advice = Use at least 15 characters. Four or five words that do not belong together work well. Let your password manager choose if you have one. No special signs are needed.

## Staff: confirming

staff-confirm-title = Confirm that it is you
staff-confirm-why = This step needs a fresh confirmation. It is good for 15 minutes.
staff-confirm-passkey = Use the passkey that you have set up.
staff-confirm = Confirm
staff-cancel = Cancel

## Staff: sessions

staff-sessions-title = Sessions
staff-new-title = Start something new
staff-new-kind = Kind
staff-new-start = Planned start
staff-new-start-hint = Leave it empty to start now.
staff-new-minutes = Longest time in minutes
staff-new-session = New session
staff-kind-one_to_one = One to one
staff-kind-group = Group
staff-kind-family = Family
staff-kind-crisis = Crisis
staff-kind-drop_in = Drop-in
staff-kind-supervision = Supervision
staff-state-planned = Planned
staff-state-open = Open
staff-state-ended = Ended
staff-sessions-current = Planned and open
staff-sessions-ended = Ended
staff-sessions-none = No session is planned or open. Press “New session” to make one.
staff-session-planned-for = Planned for { $time }
staff-session-created = Made { $time }
staff-session-ended-at = Ended { $time }
staff-session-people =
    { $count ->
        [0] nobody here
        [one] one person here
       *[other] { $count } people here
    }
staff-session-waiting =
    { $count ->
        [one] one person waiting
       *[other] { $count } people waiting
    }
staff-session-mine = Yours

## Staff: one session

staff-session-title = Session
staff-session-back = All sessions
staff-session-key-missing = This browser does not have the key of this session. You can see that someone waits, but not who, and you cannot admit. Use the browser where the session was made, or open a staff link of this session here.
staff-session-not-yet = This session is planned for { $time }. The waiting room opens when you enter.
staff-session-other-browser = If you enter here, you leave the session in your other browser.
staff-session-enter = Enter now
staff-session-enter-again = Enter again
staff-session-over = This session has ended. Its links do not work any more.
staff-links-title = Links
staff-links-intro = Give each person their own link. A link works for one seat. Send it in a way that only this person reads.
staff-link = Participant link
staff-link-copy = Copy link
staff-link-none = Every link for a participant was used or taken back. Add another one.
staff-link-add = Add another link
staff-link-role = The link is for
staff-link-revoke = Revoke
staff-link-elsewhere = Made in another browser. It can only be revoked here.
staff-link-item = { $role }, link { $number }
staff-link-until = good until { $time }
staff-link-state-open = Not used yet
staff-link-state-used = Used
staff-link-state-revoked = Revoked
staff-link-state-expired = Expired
staff-role-option-participant = a participant
staff-role-option-specialist = a colleague (specialist)
staff-role-option-supervisor = a supervisor
staff-role-option-interpreter = an interpreter
staff-role-option-helper = a helper
staff-waiting = Waiting
staff-waiting-none = Nobody is waiting.
staff-admit = Admit
staff-decline = Decline
staff-remove = Remove
staff-remove-sure = Remove { $name }?
staff-remove-more = Their link will not let them in again. To have them back, make a new link.
staff-end = End session
staff-end-sure = End the session for everyone?
staff-end-more = Its links stop working.
staff-end-yes = End for everyone
staff-remove-yes = Remove this person
staff-device-again = The link was opened again on another device. Ask who it is before you admit.
staff-device-same_link = This link has let someone in before. Ask who it is before you admit.
staff-notice-audit_unavailable = The log cannot be written. The session goes on, but nobody can be admitted and nothing new can start until it works again. Tell your operator.
staff-notice-safety_mode = The log is read-only until your operator has checked it. The session goes on, but nobody can be admitted.

## Staff: security

staff-security-title = Security
staff-security-password-title = Password
staff-security-change = Change password
staff-security-changed = Your password was changed.
staff-totp-title = Code app
staff-totp-on = A code app is set up. You type its code when you sign in.
staff-totp-off = A code app on your phone makes a new code every 30 seconds. Signing in then needs your password and the code.
staff-totp-begin = Set up a code app
staff-totp-open = Open in a code app on this device
staff-totp-secret = Key for your code app
staff-totp-secret-hint = Add an account in your code app and type or paste this key.
staff-totp-copy = Copy key
staff-totp-code = Code that your app shows now
staff-totp-confirm = Confirm code
staff-totp-added = The code app is set up.
staff-totp-remove = Remove the code app
staff-totp-removed = The code app was removed.
staff-passkeys-title = Passkeys
staff-passkeys-text = With a passkey you sign in and confirm with your fingerprint, your face or the lock of your device.
staff-passkeys-none = You have no passkey yet.
staff-passkeys-unsupported = This browser cannot use passkeys here.
staff-passkey-label = Name for the new passkey
staff-passkey-label-hint = For instance the device it is on.
staff-passkey-add = Add a passkey
staff-passkey-added = The passkey was added.
staff-passkey-remove = Remove
staff-passkey-removed = The passkey was removed.
staff-passkey-since = added { $time }
staff-sign-out-title = Sign out
staff-sign-out = Sign out
staff-sign-out-everywhere = Sign out everywhere
staff-sign-out-text = “Sign out everywhere” ends your sign-in on all devices. Use it when a device was lost.

## Administrators

staff-admin-title = Accounts
staff-admin-text = Accounts are managed on the server with the command “sotto admin”. It makes one-time links for new accounts, disables accounts and resets them. Everything it does is in the log.
staff-admin-why = There is no page for it on purpose: whoever takes over a browser cannot make accounts.

## Compliance

compliance-title = Compliance
compliance-viewing = Looking at this page is itself written to the log.
compliance-filters = Filters
compliance-session = Session
compliance-type = Type
compliance-outcome = Outcome
compliance-outcome-any = Any
compliance-outcome-success = Success
compliance-outcome-refused = Refused
compliance-outcome-failure = Failure
compliance-outcome-pending = Pending
compliance-show = Show
compliance-clear = Clear
compliance-events = Events, newest first
compliance-seq = No.
compliance-time = Time
compliance-who = Who
compliance-about = About
compliance-reason = Reason
compliance-details = Details
compliance-details-of = Details of entry { $seq }
compliance-more = Show older events
compliance-none = No event fits.
compliance-checkpoint = Checkpoint
compliance-checkpoint-line =
    { $size ->
        [one] One entry is signed, { $age } ago. Root { $root }
       *[other] { $size } entries are signed, { $age } ago. Root { $root }
    }
compliance-checkpoint-none = No checkpoint was signed yet.
compliance-checkpoint-text = The whole checkpoint
compliance-copy = Copy checkpoint
compliance-keep = Keep a copy somewhere else. It proves later that nothing was cut off or rolled back.
compliance-export-title = Export
compliance-export = Export
compliance-export-text = Makes a package with the events, their proofs and a verifier that works offline. The export is written to the log with your name as an id. The session filter applies.
compliance-exported = The package was made. Your browser keeps it with your downloads.
