package dev.portcullis.auth.mail;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.ext.mail.LoginOption;
import io.vertx.ext.mail.MailClient;
import io.vertx.ext.mail.MailMessage;
import io.vertx.ext.mail.SMTPException;
import io.vertx.ext.mail.StartTLSOptions;
import java.util.concurrent.TimeUnit;

/** Sends mails by a server of the operator. */
public final class SmtpTransport implements MailTransport {
    private static final int CONNECTIONS = 4;
    private static final int TIMEOUT_MS = 10_000;

    private final MailConfig config;
    private final MailClient client;

    public SmtpTransport(Vertx vertx, MailConfig config, SmtpConfig smtp) {
        this(vertx, config, smtp, TIMEOUT_MS);
    }

    /** Takes another time for each answer of the server, for tests. */
    SmtpTransport(Vertx vertx, MailConfig config, SmtpConfig smtp, int timeoutMs) {
        this.config = config;
        this.client = MailClient.create(vertx, options(smtp, timeoutMs));
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
        return client.sendMail(mail)
                .map(MailResult.SENT)
                .otherwise(failure -> failure instanceof SMTPException refusal && refusal.isPermanent()
                        ? MailResult.REFUSED
                        : MailResult.FAILED);
    }

    @Override
    public void close() {
        var unused = client.close();
    }

    /**
     * The name in the certificate is checked, with the algorithm HTTPS, only where none is set here: 5.1.6 takes one that is set
     * for the wish to have no check (CWE-297).
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
                .setMaxPoolSize(CONNECTIONS)
                .setConnectTimeout(timeoutMs)
                .setIdleTimeout(timeoutMs)
                .setIdleTimeoutUnit(TimeUnit.MILLISECONDS);
        smtp.user().ifPresent(options::setUsername);
        smtp.password().ifPresent(password -> options.setPassword(password.reveal()));
        smtp.ca().ifPresent(pem -> options.setTrustOptions(new PemTrustOptions().addCertValue(Buffer.buffer(pem))));
        return options;
    }
}
