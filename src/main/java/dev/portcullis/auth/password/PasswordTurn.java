package dev.portcullis.auth.password;

import dev.portcullis.protocol.UserId;
import java.util.Optional;

/**
 * What decides when a password is checked while others wait.
 *
 * @param precedence without any work
 * @param subject what work is done for: an address and an account, so that it serves no other login; or the user who is
 *     logged in
 * @param work that the client has done for a {@link WorkChallenge}
 * @param known among clients that their accounts know
 */
public record PasswordTurn(Precedence precedence, String subject, Optional<String> work, Optional<Known> known) {
    public PasswordTurn(Precedence precedence, String subject, Optional<String> work) {
        this(precedence, subject, work, Optional.empty());
    }

    /** Of a user who is logged in, or has a link from a mail. */
    public static PasswordTurn ofUser(UserId user) {
        return new PasswordTurn(Precedence.USER, user.value(), Optional.empty());
    }

    /**
     * Where a client stands among those that their accounts know.
     *
     * @param payer who has few places: the account, where no other at the address may take one of them; else the address
     * @param rested whether the account has not logged in so lately: then it goes before those that log in again and again
     */
    public record Known(String payer, boolean rested) {}

    /** The network of the client, which is the first part of the subject. */
    public String network() {
        return subject.split(" ", 2)[0];
    }

    @Override
    public String toString() {
        return "PasswordTurn[" + precedence + "]";
    }
}
