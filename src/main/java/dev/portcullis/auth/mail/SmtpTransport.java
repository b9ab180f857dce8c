package dev.portcullis.auth.mail;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.ext.mail.LoginOption;
import io.vertx.ext.mail.MailMessage;
import io.vertx.ext.mail.StartTLSOptions;
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
    private final Vertx vertx;
    private final MailConfig config;
    private final SmtpConfig smtp;
    private final Set<SmtpClient> clients = ConcurrentHashMap.newKeySet();
    private final Deque<SmtpClient> idle = new ConcurrentLinkedDeque<>();

    public SmtpTransport(Vertx vertx, MailConfig config, SmtpConfig smtp) {
        this.vertx = vertx;
        this.config = config;
        this.smtp = smtp;
    }

    @Override
    public long timeoutMs() {
        return smtp.timeoutMs();
    }

    /** The server's answers, which may name the address, go nowhere. */
    @Override
    public Future<MailResult> send(Letter letter) {
        MailConfig.Text text = config.textFor(letter.token().purpose());
        MailMessage mail = new MailMessage()
                .setFrom(config.from())
                .setTo(letter.to())
                .setSubject(text.subject())
                .setText(text.with(config.linkOf(letter.token())))
                .addHeader("Auto-Submitted", "auto-generated"); // RFC 3834: no robot answers it
        SmtpClient client = Optional.ofNullable(idle.pollFirst()).orElseGet(this::open);
        return client.send(mail).onSuccess(any -> {
            if (client.isClosed()) {
                clients.remove(client);
            } else {
                idle.addFirst(client);
            }
        });
    }

    @Override
    public void close() {
        clients.forEach(SmtpClient::close);
    }

    private SmtpClient open() {
        SmtpClient client = new SmtpClient(vertx, options(smtp), smtp.timeoutMs());
        clients.add(client);
        return client;
    }

    /**
     * The name in the certificate is checked, with the algorithm HTTPS, only where none is set here: 5.1.6 takes one that is set
     * for the wish to have no check (CWE-297). It sets the algorithm in the options that it gets, so each client needs its own.
     */
    private static io.vertx.ext.mail.MailConfig options(SmtpConfig smtp) {
        io.vertx.ext.mail.MailConfig options = new io.vertx.ext.mail.MailConfig()
                .setHostname(smtp.host())
                .setPort(smtp.port())
                .setSsl(smtp.tls() == SmtpConfig.Tls.IMPLICIT)
                .setStarttls(
                        smtp.tls() == SmtpConfig.Tls.STARTTLS ? StartTLSOptions.REQUIRED : StartTLSOptions.DISABLED)
                .setLogin(smtp.user().isPresent() ? LoginOption.REQUIRED : LoginOption.NONE)
                .setTrustAll(false)
                .setMaxPoolSize(1)
                .setConnectTimeout((int) smtp.timeoutMs())
                .setIdleTimeout((int) smtp.timeoutMs())
                .setIdleTimeoutUnit(TimeUnit.MILLISECONDS);
        smtp.user().ifPresent(options::setUsername);
        smtp.password().ifPresent(password -> options.setPassword(password.reveal()));
        smtp.ca().ifPresent(pem -> options.setTrustOptions(new PemTrustOptions().addCertValue(Buffer.buffer(pem))));
        return options;
    }
}
