package dev.portcullis.auth.password;

import dev.portcullis.protocol.UserId;
import java.util.Optional;

/**
 * Decides when a password is checked while others wait.
 *
 * @param precedence the rank of a client that has done no work
 * @param subject the login for which work is done: an address and an account, so that the work serves no other login; or the
 *     user who is logged in
 * @param work the work that the client has done for a {@link WorkChallenge}
 * @param known the standing of a client that its account knows
 */
public record PasswordTurn(Precedence precedence, String subject, Optional<String> work, Optional<Known> known) {
    public PasswordTurn(Precedence precedence, String subject, Optional<String> work) {
        this(precedence, subject, work, Optional.empty());
    }

    /** The turn of a user who is logged in, or who has a link from a mail. */
    public static PasswordTurn ofUser(UserId user) {
        return new PasswordTurn(Precedence.USER, user.value(), Optional.empty());
    }

    /**
     * The standing of a client among those that their accounts know.
     *
     * @param payer the one whose few places are used: the account, where no other client at the address may take one of them;
     *     otherwise the address
     * @param rested whether the account has not logged in so for some time: then it goes before those that log in repeatedly
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
