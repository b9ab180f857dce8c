package dev.portcullis.auth.mail;

import static dev.portcullis.kit.Await.done;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.http.outgoing.OutgoingMetrics;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetServer;
import io.vertx.junit5.VertxExtension;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(VertxExtension.class)
class MailHookTest {
    private final Queue<JsonObject> bodies = new ConcurrentLinkedQueue<>();
    private final Queue<String> signatures = new ConcurrentLinkedQueue<>();
    private volatile int status = 204;
    private MailHook hook;

    @BeforeEach
    void open(Vertx vertx) throws Exception {
        HttpServer server = done(vertx.createHttpServer()
                .requestHandler(request -> request.body().onSuccess(body -> {
                    bodies.add(body.toJsonObject());
                    if (body.toJsonObject().getString("email").startsWith("eve@")) {
                        request.connection().close();
                        return;
                    }
                    signatures.add(String.valueOf(request.getHeader("Portcullis-Signature")));
                    request.response().setStatusCode(status).end();
                }))
                .listen(0, "127.0.0.1"));
        hook = hook(vertx, server.actualPort());
    }

    private static MailHook hook(Vertx vertx, int port) {
        MailConfig config = Letters.config(Map.of(
                "link",
                "https://chat.example.com/",
                "hook",
                Map.of("url", "http://127.0.0.1:" + port + "/mails", "secret", "f9a1c4d87b20e63512ac98de4f70b31c")));
        return new MailHook(
                vertx, config, config.hook().orElseThrow(), OutgoingMetrics.uncounted(), System::currentTimeMillis);
    }

    @AfterEach
    void close() {
        hook.close();
    }

    private MailResult send(Letter letter) throws Exception {
        return done(hook.send(letter));
    }

    @Test
    void application_gets_what_it_needs_to_write_the_mail_itself() throws Exception {
        Letter letter = Letters.letter(LinkPurpose.VERIFY, 1_795_132_800_000L);
        assertThat(send(letter)).isEqualTo(MailResult.SENT);
        String token = letter.token().text();
        assertThat(bodies.remove().getMap())
                .containsEntry("type", "verify")
                .containsEntry("userId", "u:ann")
                .containsEntry("email", Letters.ANN)
                .containsEntry("link", "https://chat.example.com/#verify=" + token)
                .containsEntry("token", token)
                .containsEntry("expiresAt", 1_795_132_800_000L)
                .hasSize(6);
        assertThat(signatures.remove()).startsWith("v1=");
    }

    /** The application gives them to their servers at once, and these are whose they are. */
    @ParameterizedTest
    @ValueSource(ints = {1, 10, 100})
    void mails_to_domains_for_which_there_is_no_answer_take_none_away_from_others(int attackers) throws Exception {
        for (int number = 0; number < attackers; number++) {
            assertThat(send(Letters.letterTo("eve@" + number + ".example.net"))).isEqualTo(MailResult.FAILED);
        }
        assertThat(send(Letters.letter(LinkPurpose.RESET))).isEqualTo(MailResult.SENT);
        assertThat(bodies).hasSize(attackers + 1);
    }

    @ParameterizedTest
    @CsvSource({"200, SENT", "422, REFUSED", "400, REFUSED", "401, FAILED", "404, FAILED", "503, FAILED"})
    void only_answers_about_the_mail_refuse_it(int answer, MailResult result) throws Exception {
        status = answer;
        assertThat(send(Letters.letter(LinkPurpose.RESET))).isEqualTo(result);
    }

    /** The user would get the mail several times. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.0 200 OK\r\n\r\n",
                "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nok",
                "HTTP/1.1 200 OK\r\nContent-Length: 20000\r\n\r\nok"
            })
    void mail_is_taken_whatever_the_body_of_the_answer_is(String answer, Vertx vertx) throws Exception {
        NetServer server = done(vertx.createNetServer()
                .connectHandler(socket -> socket.handler(any -> socket.end(Buffer.buffer(answer))))
                .listen(0, "127.0.0.1"));
        try (MailHook plain = hook(vertx, server.actualPort())) {
            assertThat(done(plain.send(Letters.letter(LinkPurpose.RESET)))).isEqualTo(MailResult.SENT);
        }
    }
}
