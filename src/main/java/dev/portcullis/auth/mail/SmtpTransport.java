package dev.portcullis.auth.mail;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.ext.mail.LoginOption;
import io.vertx.ext.mail.MailClient;
import io.vertx.ext.mail.MailMessage;
import io.vertx.ext.mail.SMTPException;
import io.vertx.ext.mail.StartTLSOptions;
import io.vertx.ext.mail.impl.MailClientImpl;
import java.util.Deque;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.TimeUnit;

/**
 * Sends mails by a server of the operator. Each mail that is on its way has a client of its own with one connection: to close its
 * client is the only way to end a mail whose server answers a little again and again, which no time-out of silence ends (CWE-400).
 */
public final class SmtpTransport implements MailTransport {
    private static final int TIMEOUT_MS = 10_000;

    private final Vertx vertx;
    private final MailConfig config;
    private final io.vertx.ext.mail.MailConfig options;
    private final int timeoutMs;
    private final Set<MailClient> clients = ConcurrentHashMap.newKeySet();
    private final Deque<MailClient> idle = new ConcurrentLinkedDeque<>();

    public SmtpTransport(Vertx vertx, MailConfig config, SmtpConfig smtp) {
        this(vertx, config, smtp, TIMEOUT_MS);
    }

    /** Takes another time for a whole mail, for tests. */
    SmtpTransport(Vertx vertx, MailConfig config, SmtpConfig smtp, int timeoutMs) {
        this.vertx = vertx;
        this.config = config;
        this.options = options(smtp, timeoutMs);
        this.timeoutMs = timeoutMs;
    }

    /** The server's answers, which may name the address, go nowhere. */
    @Override
    public Future<MailResult> send(Letter letter) {
        MailText text = config.textFor(letter.token().purpose());
        MailMessage mail = new MailMessage()
                .setFrom(config.from())
                .setTo(letter.to())
                .setSubject(text.subject())
                .setText(text.with(config.linkOf(letter.token())))
                .addHeader("Auto-Submitted", "auto-generated"); // RFC 3834: no robot answers it
        MailClient client = Optional.ofNullable(idle.pollFirst()).orElseGet(this::open);
        Promise<MailResult> result = Promise.promise();
        long timeout = vertx.setTimer(timeoutMs, any -> {
            if (result.tryComplete(MailResult.FAILED)) {
                abort(client);
            }
        });
        client.sendMail(mail)
                .map(MailResult.SENT)
                .otherwise(SmtpTransport::resultOf)
                .onSuccess(each -> {
                    vertx.cancelTimer(timeout);
                    if (result.tryComplete(each)) {
                        idle.addFirst(client);
                    }
                });
        return result.future();
    }

    @Override
    public void close() {
        clients.forEach(this::close);
    }

    private MailClient open() {
        MailClient client = MailClient.create(vertx, new io.vertx.ext.mail.MailConfig(options));
        clients.add(client);
        return client;
    }

    private void close(MailClient client) {
        if (clients.remove(client)) {
            var unused = client.close();
        }
    }

    /** To close the client alone would wait for the end of the mail. */
    private void abort(MailClient client) {
        close(client);
        var unused = ((MailClientImpl) client).getConnectionPool().netClient().close();
    }

    private static MailResult resultOf(Throwable failure) {
        return failure instanceof SMTPException refusal && refusal.isPermanent()
                ? MailResult.REFUSED
                : MailResult.FAILED;
    }

    /**
     * The name in the certificate is checked, with the algorithm HTTPS, only where none is set here: 5.1.6 takes one that is set
     * for the wish to have no check (CWE-297). It sets the algorithm in the options that it gets, so each client needs its own copy.
     */
    private static io.vertx.ext.mail.MailConfig options(SmtpConfig smtp, int timeoutMs) {
        io.vertx.ext.mail.MailConfig options = new io.vertx.ext.mail.MailConfig()
                .setHostname(smtp.host())
                .setPort(smtp.port())
                .setSsl(smtp.tls() == SmtpConfig.Tls.IMPLICIT)
                .setStarttls(
                        smtp.tls() == SmtpConfig.Tls.STARTTLS ? StartTLSOptions.REQUIRED : StartTLSOptions.DISABLED)
                .setLogin(smtp.user().isPresent() ? LoginOption.REQUIRED : LoginOption.NONE)
                .setTrustAll(false)
                .setMaxPoolSize(1)
                .setConnectTimeout(timeoutMs)
                .setIdleTimeout(timeoutMs)
                .setIdleTimeoutUnit(TimeUnit.MILLISECONDS);
        smtp.user().ifPresent(options::setUsername);
        smtp.password().ifPresent(password -> options.setPassword(password.reveal()));
        smtp.ca().ifPresent(pem -> options.setTrustOptions(new PemTrustOptions().addCertValue(Buffer.buffer(pem))));
        return options;
    }
}
