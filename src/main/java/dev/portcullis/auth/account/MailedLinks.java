package dev.portcullis.auth.account;

import dev.portcullis.bus.Bus;
import dev.portcullis.bus.Question;
import dev.portcullis.bus.Stage;
import dev.portcullis.config.Secret;
import dev.portcullis.protocol.UserId;
import io.vertx.core.Future;
import java.util.Optional;

/**
 * The calls of users by links in mails, as the auth stage answers them. Its futures fail only with a {@code BusFailure}.
 */
public final class MailedLinks {
    public static final Question<Verify, LinkUsed> VERIFY =
            Question.about(Stage.AUTH, "verify_email", Verify.class, LinkUsed.class, Verify::token);
    public static final Question<Resend, Resent> RESEND =
            Question.about(Stage.AUTH, "mail_verification", Resend.class, Resent.class, Resend::user);
    public static final Question<AskReset, ResetAsked> ASK_RESET =
            Question.about(Stage.AUTH, "mail_reset", AskReset.class, ResetAsked.class, AskReset::email);
    public static final Question<Reset, LinkUsed> RESET =
            Question.about(Stage.AUTH, "reset_password", Reset.class, LinkUsed.class, Reset::token);

    private final Bus bus;

    public MailedLinks(Bus bus) {
        this.bus = bus;
    }

    /** The user has opened the link for it. */
    public Future<LinkUsed> verify(String token) {
        return bus.ask(VERIFY, new Verify(token));
    }

    /**
     * Mails another link that verifies the address.
     *
     * @param network of the client
     */
    public Future<Resent> resend(UserId user, String network) {
        return bus.ask(RESEND, new Resend(user, network));
    }

    /**
     * Mails a link for a new password, if there is such an account, which no answer tells. Empty if it may be on its way.
     *
     * @param network of the client
     */
    public Future<Optional<GrantRefusal>> askReset(String email, String network) {
        return bus.ask(ASK_RESET, new AskReset(email, network)).map(ResetAsked::refusal);
    }

    /** Sets a new password by a link, and ends all logins of the user. */
    public Future<LinkUsed> reset(String token, String newPassword) {
        return bus.askLong(RESET, new Reset(token, newPassword));
    }

    public record Verify(String token) {
        @Override
        public String toString() {
            return "Verify[" + Secret.REDACTED + "]";
        }
    }

    /** The result of using a link: a refusal, or the user to whom the link belongs. */
    public record LinkUsed(Optional<GrantRefusal> refusal, Optional<UserId> user) {
        public static LinkUsed refused(GrantRefusal why) {
            return new LinkUsed(Optional.of(why), Optional.empty());
        }

        public static LinkUsed by(UserId user) {
            return new LinkUsed(Optional.empty(), Optional.of(user));
        }
    }

    public record Resend(UserId user, String network) {}

    /**
     * The reply to {@link Resend}: empty if the mail is on its way.
     *
     * @param waitMs after which it can be asked for again; 0 where waiting does not help
     */
    public record Resent(Optional<GrantRefusal> refusal, long waitMs) {}

    public record AskReset(String email, String network) {
        @Override
        public String toString() {
            return "AskReset[" + Secret.REDACTED + "]";
        }
    }

    public record ResetAsked(Optional<GrantRefusal> refusal) {}

    public record Reset(String token, String newPassword) {
        @Override
        public String toString() {
            return "Reset[" + Secret.REDACTED + "]";
        }
    }
}
