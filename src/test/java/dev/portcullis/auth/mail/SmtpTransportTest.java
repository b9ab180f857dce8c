package dev.portcullis.auth.mail;

import static dev.portcullis.kit.Await.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.portcullis.kit.Await;
import dev.portcullis.kit.MailServer;
import dev.portcullis.kit.MailServer.Mail;
import dev.portcullis.kit.SelfSigned;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

@ExtendWith(VertxExtension.class)
class SmtpTransportTest {
    private static final long SHORT_MS = 2_000;
    private static final long LONG_MS = 120_000;

    private static MailResult send(Vertx vertx, MailServer server, Map<String, Object> smtp, LinkPurpose purpose)
            throws Exception {
        return send(vertx, server, smtp, Letters.letter(purpose));
    }

    private static MailResult send(Vertx vertx, MailServer server, Map<String, Object> smtp, Letter letter)
            throws Exception {
        Map<String, Object> settings = new HashMap<>(smtp);
        settings.putIfAbsent("host", "127.0.0.1");
        settings.put("port", (long) server.port());
        MailConfig config = Letters.config(
                Map.of("smtp", settings, "link", "https://chat.example.com/in", "from", "Chat <chat@example.com>"));
        try (MailTransport transport =
                new SmtpTransport(vertx, config, config.smtp().orElseThrow())) {
            return done(transport.send(letter));
        }
    }

    private static MailTransport plain(Vertx vertx, MailServer server, long timeoutMs) {
        MailConfig config = Letters.config(Letters.plain(server, timeoutMs));
        return new SmtpTransport(vertx, config, config.smtp().orElseThrow());
    }

    private static MailResult send(MailTransport transport, String address) throws Exception {
        return done(transport.send(Letters.letterTo(address)));
    }

    private static Map<String, Object> loginTrusting(SelfSigned server) {
        return Map.of(
                "user",
                "chat",
                "password",
                "Mail-password-7",
                "ca",
                server.certificate().toString());
    }

    @Test
    void mail_has_the_link_behind_the_page_of_the_configuration(Vertx vertx) throws Exception {
        Letter letter = Letters.letter(LinkPurpose.RESET);
        try (MailServer server = MailServer.plain()) {
            assertThat(send(vertx, server, Map.of("tls", "off"), letter)).isEqualTo(MailResult.SENT);
            Mail mail = server.awaitMail(Letters.ANN, 1);
            assertThat(mail.from()).isEqualTo("chat@example.com");
            assertThat(mail.fragment()).isEqualTo("reset=" + letter.token().text());
            assertThat(mail.text())
                    .contains("Subject: Set a new password", "https://chat.example.com/in#", "Auto-Submitted:");
        }
    }

    @Test
    void user_and_password_are_shown_over_tls_only(Vertx vertx) throws Exception {
        SelfSigned own = SelfSigned.any();
        Map<String, Object> login = loginTrusting(own);
        try (MailServer server = MailServer.withTls(own.serving())) {
            assertThat(send(vertx, server, login, LinkPurpose.VERIFY)).isEqualTo(MailResult.SENT);
            assertThat(server.awaitMail(Letters.ANN, 1).secure()).isTrue();
            assertThat(server.logins()).containsExactly("chat Mail-password-7");
        }
        try (MailServer without = MailServer.plain()) {
            assertThat(send(vertx, without, login, LinkPurpose.VERIFY)).isEqualTo(MailResult.FAILED);
            assertThat(without.logins()).isEmpty();
            assertThat(without.mails()).isEmpty();
        }
    }

    @Test
    void server_with_a_foreign_certificate_or_another_name_gets_no_mail(Vertx vertx) throws Exception {
        SelfSigned own = SelfSigned.any();
        try (MailServer server = MailServer.withTls(own.serving())) {
            assertThat(send(vertx, server, Map.of(), LinkPurpose.VERIFY))
                    .as("an unknown authority")
                    .isEqualTo(MailResult.FAILED);
            Map<String, Object> otherName =
                    Map.of("host", "localhost", "ca", own.certificate().toString());
            assertThat(send(vertx, server, otherName, LinkPurpose.VERIFY))
                    .as("a certificate for 127.0.0.1")
                    .isEqualTo(MailResult.FAILED);
            assertThat(server.mails()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void server_with_another_name_gets_none_of_several_mails_at_a_time(int mails, Vertx vertx) throws Exception {
        SelfSigned own = SelfSigned.any();
        try (MailServer server = MailServer.withTls(own.serving())) {
            MailConfig config = Letters.config(Map.of(
                    "smtp",
                    Map.of(
                            "host",
                            "localhost",
                            "port",
                            (long) server.port(),
                            "ca",
                            own.certificate().toString()),
                    "link",
                    "https://chat.example.com/in"));
            try (MailTransport transport =
                    new SmtpTransport(vertx, config, config.smtp().orElseThrow())) {
                List<Future<MailResult>> results = Stream.generate(
                                () -> transport.send(Letters.letter(LinkPurpose.RESET)))
                        .limit(mails)
                        .toList();
                for (Future<MailResult> result : results) {
                    assertThat(done(result)).isEqualTo(MailResult.FAILED);
                }
            }
            assertThat(server.mails()).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("cuts")
    void mail_that_is_cut_says_whether_it_may_have_been_taken_and_leaves_no_trace(
            Consumer<MailServer> cut, long timeoutMs, MailResult result, Vertx vertx) throws Exception {
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        ListAppender<ILoggingEvent> logged = new ListAppender<>();
        logged.start();
        root.addAppender(logged);
        try (MailServer server = MailServer.plain();
                MailTransport transport = plain(vertx, server, timeoutMs)) {
            cut.accept(server);
            assertThat(send(transport, "eve@cut.example.net")).isEqualTo(result);
            assertThat(Await.until(() -> server.connections() == 0))
                    .as("the connection is closed")
                    .isTrue();
            assertThat(send(transport, Letters.ANN)).isEqualTo(MailResult.SENT);
            assertThat(server.connections()).as("kept for the next mail").isEqualTo(1);
            assertThat(server.mailsTo("eve@cut.example.net")).hasSize(result == MailResult.UNANSWERED ? 1 : 0);
        } finally {
            root.detachAppender(logged);
        }
        assertThat(logged.list)
                .filteredOn(line -> line.getThrowableProxy() != null)
                .isEmpty();
    }

    private static List<Arguments> cuts() {
        return List.of(
                cut("it hangs up", MailServer::hangUpNext, LONG_MS, MailResult.FAILED),
                cut("it is silent", MailServer::fallSilentNext, SHORT_MS, MailResult.FAILED),
                // a time-out of silence would never end: each line of the answer begins it again
                cut("its answer has no end", server -> server.dripFor("cut.example.net"), SHORT_MS, MailResult.FAILED),
                cut("it hangs up after the text", MailServer::hangUpAfterNext, LONG_MS, MailResult.UNANSWERED),
                cut("it resets after the text", MailServer::resetAfterNext, LONG_MS, MailResult.UNANSWERED),
                cut("it is silent after the text", MailServer::fallSilentAfterNext, SHORT_MS, MailResult.UNANSWERED));
    }

    private static Arguments cut(String name, Consumer<MailServer> next, long timeoutMs, MailResult result) {
        return Arguments.of(Named.of(name, next), timeoutMs, result);
    }

    /** Else an error of the stage that sends a mail would be taken for the end of the connection. */
    @Test
    void errors_in_the_context_that_sends_a_mail_are_no_concern_of_the_mail(Vertx vertx) throws Exception {
        Promise<Throwable> thrown = Promise.promise();
        Context context = vertx.getOrCreateContext();
        context.exceptionHandler(thrown::tryComplete);
        try (MailServer server = MailServer.plain();
                MailTransport transport = plain(vertx, server, LONG_MS)) {
            Promise<MailResult> sent = Promise.promise();
            context.runOnContext(
                    any -> transport.send(Letters.letterTo(Letters.ANN)).onComplete(sent));
            assertThat(done(sent.future())).isEqualTo(MailResult.SENT);
            context.runOnContext(any -> {
                throw new IllegalStateException("of the stage");
            });
            assertThat(done(thrown.future())).hasMessage("of the stage");
        }
    }

    @Test
    void line_that_begins_with_a_dot_is_sent_as_it_is(Vertx vertx) throws Exception {
        try (MailServer server = MailServer.plain()) {
            Map<String, Object> settings = new HashMap<>(Letters.plain(server, 30_000));
            settings.put("verify", Map.of("text", "Open\n.\n..this:\n{link}"));
            MailConfig config = Letters.config(settings);
            try (MailTransport transport =
                    new SmtpTransport(vertx, config, config.smtp().orElseThrow())) {
                assertThat(send(transport, Letters.ANN)).isEqualTo(MailResult.SENT);
            }
            assertThat(server.awaitMail(Letters.ANN, 1).text())
                    .contains("\r\n\r\nOpen\r\n.\r\n..this:\r\nhttps://chat.example.com/in#verify=");
        }
    }

    @Test
    void address_that_is_not_in_ascii_gets_a_mail_with_smtputf8(Vertx vertx) throws Exception {
        try (MailServer server = MailServer.plain();
                MailTransport transport = plain(vertx, server, LONG_MS)) {
            assertThat(send(transport, Letters.ANN)).isEqualTo(MailResult.SENT);
            assertThat(send(transport, "j\u00f6rg@example.com")).isEqualTo(MailResult.SENT);
            assertThat(send(transport, Letters.ANN)).isEqualTo(MailResult.SENT);

            assertThat(server.mails())
                    .extracting(Mail::to, Mail::parameters)
                    .containsExactly(
                            tuple(Letters.ANN, ""),
                            tuple("j\u00f6rg@example.com", "BODY=8BITMIME SMTPUTF8"),
                            tuple(Letters.ANN, ""));
            assertThat(server.mails().get(1).text()).contains("To: j\u00f6rg@example.com\r\n");
        }
    }

    @Test
    void address_that_is_not_in_ascii_is_refused_where_the_server_does_not_take_such_addresses(Vertx vertx)
            throws Exception {
        try (MailServer server = MailServer.plain();
                MailTransport transport = plain(vertx, server, LONG_MS)) {
            server.takeOnlyAscii();
            assertThat(send(transport, "j\u00f6rg@example.com")).isEqualTo(MailResult.REFUSED);
            assertThat(send(transport, Letters.ANN)).isEqualTo(MailResult.SENT);
            assertThat(server.mails()).extracting(Mail::to).containsExactly(Letters.ANN);
            assertThat(server.connections()).as("kept for the next mail").isEqualTo(1);
        }
    }

    @Test
    void answers_before_a_mail_never_refuse_it(Vertx vertx) throws Exception {
        SelfSigned own = SelfSigned.any();
        Map<String, Object> login = loginTrusting(own);
        try (MailServer server = MailServer.withTls(own.serving())) {
            server.greetNext("554 no service here");
            assertThat(send(vertx, server, login, LinkPurpose.VERIFY)).isEqualTo(MailResult.FAILED);
            assertThat(server.logins()).isEmpty();
            server.refuseNextLogin("535 wrong password");
            assertThat(send(vertx, server, login, LinkPurpose.VERIFY)).isEqualTo(MailResult.FAILED);
            assertThat(server.logins()).hasSize(1);
            assertThat(send(vertx, server, login, LinkPurpose.VERIFY)).isEqualTo(MailResult.SENT);
        }
    }

    @ParameterizedTest
    @CsvSource({"451 later, FAILED", "550 no such mailbox, REFUSED"})
    void answer_says_whether_a_mail_may_be_taken_later(String answer, MailResult result, Vertx vertx) throws Exception {
        try (MailServer server = MailServer.plain()) {
            server.refuseNext(answer);
            assertThat(send(vertx, server, Map.of("tls", "off"), LinkPurpose.VERIFY))
                    .isEqualTo(result);
            server.refuseNextText(answer);
            assertThat(send(vertx, server, Map.of("tls", "off"), LinkPurpose.VERIFY))
                    .isEqualTo(result);
            assertThat(server.mails()).isEmpty();
        }
    }
}
