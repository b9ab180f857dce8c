package dev.portcullis.auth.mail;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.ext.mail.MailMessage;
import io.vertx.ext.mail.impl.SMTPConnection;
import io.vertx.ext.mail.impl.SMTPConnectionPool;
import io.vertx.ext.mail.impl.SMTPResponse;
import io.vertx.ext.mail.impl.Utils;
import io.vertx.ext.mail.mailencoder.EmailAddress;
import io.vertx.ext.mail.mailencoder.MailEncoder;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Sends one mail at a time over a connection of its own. The library makes the connection, up to the login. The commands of the
 * mail (RFC 5321, 3.3) are sent here: the library's client does not tell whether the server may have the mail when the
 * connection ends, and throws a NullPointerException then if it has sent the whole text.
 */
final class SmtpClient {
    private final Context context;
    private final io.vertx.ext.mail.MailConfig options;
    private final long timeoutMs;
    private final SMTPConnectionPool pool;
    private final AtomicBoolean closed = new AtomicBoolean();
    private Runnable whenReset = () -> {};

    /**
     * @param options are changed by the library
     * @param timeoutMs for a whole mail
     */
    SmtpClient(Vertx vertx, io.vertx.ext.mail.MailConfig options, long timeoutMs) {
        this.context = vertx.getOrCreateContext();
        this.options = options;
        this.timeoutMs = timeoutMs;
        this.pool = new SMTPConnectionPool(vertx, options);
    }

    /** Never fails. The next mail may follow then, unless this is closed. */
    Future<MailResult> send(MailMessage mail) {
        Attempt attempt = new Attempt(mail);
        context.runOnContext(any -> attempt.begin());
        return attempt.result.future();
    }

    boolean isClosed() {
        return closed.get();
    }

    /** Closes the connection once the mail that is on its way has ended. */
    void close() {
        if (closed.compareAndSet(false, true)) {
            var unused = pool.doClose();
        }
    }

    /** Closes the connection at once: closing the pool alone would wait for the end of the mail. */
    private void abort() {
        close();
        var unused = pool.netClient().close();
    }

    /** All of it runs on one event loop, so no step comes between a look at its state and what follows from it. */
    private final class Attempt {
        private final MailMessage mail;
        private final Promise<MailResult> result = Promise.promise();
        private MailResult ifBroken = MailResult.FAILED;

        private Attempt(MailMessage mail) {
            this.mail = mail;
        }

        private void begin() {
            whenReset = this::giveUp;
            long timeout = context.owner().setTimer(timeoutMs, any -> giveUp());
            result.future().onComplete(any -> context.owner().cancelTimer(timeout));
            context.executeBlocking(Utils::getHostname)
                    .compose(host -> pool.getConnection(host).compose(connection -> handOver(connection, host)))
                    .onComplete(result::tryComplete, any -> giveUp());
        }

        private Future<MailResult> handOver(SMTPConnection connection, String host) {
            Future<MailResult> ended = isAscii(mail.getFrom()) && isAscii(recipient())
                    ? sender(connection, "", host)
                    : connection
                            .write("EHLO " + host)
                            .compose(greeting -> internationalized(connection, greeting, host));
            return ended.onSuccess(any -> {
                var unused = connection.returnToPool();
            });
        }

        /**
         * A mail with an address that is not in ASCII goes only to a server that takes such addresses (RFC 6531, 3.4). The library
         * does not tell what a server offers, so it is asked once more.
         */
        private Future<MailResult> internationalized(SMTPConnection connection, SMTPResponse greeting, String host) {
            noticeReset();
            if (!greeting.isStatusOk()) {
                return Future.failedFuture("the server does not greet");
            }
            return offersUtf8(greeting)
                    ? sender(connection, " BODY=8BITMIME SMTPUTF8", host)
                    : Future.succeededFuture(MailResult.REFUSED);
        }

        private Future<MailResult> sender(SMTPConnection connection, String parameters, String host) {
            return ifTaken(connection.write("MAIL FROM:" + path(mail.getFrom()) + parameters), () -> {
                noticeReset();
                return recipient(connection, textFrom(host));
            });
        }

        /**
         * The library tells a promise of its own about a reset of the connection. It is complete once the login is over, so it
         * throws, in the context that the library made for the connection alone, which is known from the first answer on.
         */
        private void noticeReset() {
            context.owner().getOrCreateContext().exceptionHandler(any -> whenReset.run());
        }

        private Future<MailResult> recipient(SMTPConnection connection, String text) {
            return ifTaken(connection.write("RCPT TO:" + path(recipient())), () -> text(connection, text));
        }

        private String recipient() {
            return mail.getTo().get(0);
        }

        private Future<MailResult> text(SMTPConnection connection, String text) {
            return ifTaken(
                    connection.write("DATA"),
                    () -> connection.writeLineWithDrain(text, false).compose(any -> endText(connection)));
        }

        private Future<MailResult> endText(SMTPConnection connection) {
            if (result.future().isComplete() || connection.isClosed()) {
                return Future.failedFuture("the connection has ended");
            }
            ifBroken = MailResult.UNANSWERED;
            return ifTaken(connection.write("."), () -> Future.succeededFuture(MailResult.SENT));
        }

        /** A line that begins with a dot has another one in front (RFC 5321, 4.5.2). */
        private String textFrom(String host) {
            return new MailEncoder(mail, host, options)
                    .encode()
                    .lines()
                    .map(line -> line.startsWith(".") ? "." + line : line)
                    .collect(Collectors.joining("\r\n"));
        }

        /** Answers before the mail, such as to the login, are none about it, whatever their code (RFC 5321, 3.1). */
        private void giveUp() {
            if (!result.future().isComplete()) {
                abort();
                result.tryComplete(ifBroken);
            }
        }
    }

    private static boolean isAscii(String mailbox) {
        return path(mailbox).chars().allMatch(each -> each < 0x80);
    }

    /** The first line is a greeting, and each other one names an extension (RFC 5321, 4.1.1.1). */
    private static boolean offersUtf8(SMTPResponse greeting) {
        return greeting.getValue()
                .lines()
                .skip(1)
                .anyMatch(line -> line.length() > 4 && line.substring(4).strip().equalsIgnoreCase("SMTPUTF8"));
    }

    private static String path(String mailbox) {
        return "<" + new EmailAddress(mailbox).getEmail() + ">";
    }

    private static Future<MailResult> ifTaken(Future<SMTPResponse> answer, Supplier<Future<MailResult>> next) {
        return answer.compose(each -> each.isStatusOk() ? next.get() : Future.succeededFuture(refusal(each)));
    }

    private static MailResult refusal(SMTPResponse answer) {
        return answer.getValue().startsWith("4") ? MailResult.FAILED : MailResult.REFUSED;
    }
}
