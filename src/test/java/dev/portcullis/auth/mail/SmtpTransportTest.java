package dev.portcullis.auth.mail;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.MailServer;
import dev.portcullis.kit.MailServer.Mail;
import dev.portcullis.kit.SelfSigned;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(VertxExtension.class)
class SmtpTransportTest {
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
            return transport.send(letter).await(30, TimeUnit.SECONDS);
        }
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
        Map<String, Object> login = Map.of(
                "user",
                "chat",
                "password",
                "Mail-password-7",
                "ca",
                own.certificate().toString());
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
                    assertThat(result.await(30, TimeUnit.SECONDS)).isEqualTo(MailResult.FAILED);
                }
            }
            assertThat(server.mails()).isEmpty();
        }
    }

    @Test
    void server_that_hangs_up_or_is_silent_has_not_taken_the_mail_and_gets_the_next_one(Vertx vertx) throws Exception {
        try (MailServer server = MailServer.plain()) {
            MailConfig config = Letters.config(Map.of(
                    "smtp",
                    Map.of("host", "127.0.0.1", "port", (long) server.port(), "tls", "off"),
                    "link",
                    "https://chat.example.com/in"));
            try (MailTransport transport =
                    new SmtpTransport(vertx, config, config.smtp().orElseThrow(), 500)) {
                server.hangUpNext();
                assertThat(transport.send(Letters.letter(LinkPurpose.RESET)).await(30, TimeUnit.SECONDS))
                        .isEqualTo(MailResult.FAILED);
                server.fallSilentNext();
                assertThat(transport.send(Letters.letter(LinkPurpose.RESET)).await(30, TimeUnit.SECONDS))
                        .isEqualTo(MailResult.FAILED);
                assertThat(transport.send(Letters.letter(LinkPurpose.RESET)).await(30, TimeUnit.SECONDS))
                        .isEqualTo(MailResult.SENT);
            }
        }
    }

    /** A time-out of silence would never end: each line of the answer begins it again. */
    @Test
    void mail_whose_server_never_ends_its_answer_is_given_up_with_its_connection(Vertx vertx) throws Exception {
        try (MailServer server = MailServer.plain()) {
            server.dripFor("drip.example.net");
            MailConfig config = Letters.config(Map.of(
                    "smtp",
                    Map.of("host", "127.0.0.1", "port", (long) server.port(), "tls", "off"),
                    "link",
                    "https://chat.example.com/in"));
            try (MailTransport transport =
                    new SmtpTransport(vertx, config, config.smtp().orElseThrow(), 1_000)) {
                assertThat(transport
                                .send(Letters.letterTo("eve@drip.example.net"))
                                .await(30, TimeUnit.SECONDS))
                        .isEqualTo(MailResult.FAILED);
                assertThat(Await.until(() -> server.connections() == 0))
                        .as("the connection is closed")
                        .isTrue();
                assertThat(transport.send(Letters.letter(LinkPurpose.RESET)).await(30, TimeUnit.SECONDS))
                        .isEqualTo(MailResult.SENT);
                assertThat(server.connections()).as("kept for the next mail").isEqualTo(1);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"451 later, FAILED", "550 no such mailbox, REFUSED"})
    void answer_says_whether_a_mail_may_be_taken_later(String answer, MailResult result, Vertx vertx) throws Exception {
        try (MailServer server = MailServer.plain()) {
            server.refuseNext(answer);
            assertThat(send(vertx, server, Map.of("tls", "off"), LinkPurpose.VERIFY))
                    .isEqualTo(result);
            assertThat(server.mails()).isEmpty();
        }
    }
}
