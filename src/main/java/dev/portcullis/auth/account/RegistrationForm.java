package dev.portcullis.auth.account;

import dev.portcullis.auth.account.Accounts.Register;
import dev.portcullis.auth.password.PasswordPolicy;
import java.util.Optional;

/** The form of a registration, which is judged without a store: it tells nothing about any account. */
public final class RegistrationForm {
    private static final PasswordPolicy POLICY = new PasswordPolicy();

    private RegistrationForm() {}

    /** The first defect of a request; empty if there is none. */
    public static Optional<GrantRefusal> judge(Register request) {
        Optional<EmailAddress> email = EmailAddress.parse(request.email());
        if (email.isEmpty()) {
            return Optional.of(GrantRefusal.BAD_EMAIL);
        }
        return Username.parse(request.username())
                .map(username -> judge(request.password(), email.get(), username))
                .orElse(Optional.of(GrantRefusal.BAD_USERNAME));
    }

    static Optional<GrantRefusal> judge(String password, EmailAddress email, Username username) {
        return POLICY.accepts(password, email.value(), email.local(), username.shown())
                ? Optional.empty()
                : Optional.of(GrantRefusal.WEAK_PASSWORD);
    }
}
