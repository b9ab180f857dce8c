package dev.portcullis.rooms.authorizer;

import static dev.portcullis.kit.Await.done;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.config.Secret;
import dev.portcullis.http.outgoing.OutgoingConfig;
import dev.portcullis.http.outgoing.OutgoingMetrics;
import dev.portcullis.http.outgoing.OutgoingService;
import dev.portcullis.http.outgoing.OutgoingUrl;
import dev.portcullis.kit.Await;
import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import dev.portcullis.resilience.CircuitBreaker;
import dev.portcullis.resilience.CircuitBreaker.Pass;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class HttpAuthorizerTest {
    private static final AuthorizerQuery ANN =
            new AuthorizerQuery(new UserId("ann"), Role.MEMBER, new RoomId("team-1"));
    private static final AuthorizerQuery BEN =
            new AuthorizerQuery(new UserId("ben"), Role.MEMBER, new RoomId("team-1"));
    private static final Secret SECRET = new Secret("0123456789abcdef0123456789abcdef");

    /** Stays open for as long as any test lasts. */
    private static final CircuitBreaker.Config BREAKER = new CircuitBreaker.Config(3, 20, 600_000, 600_000);

    private final List<JsonObject> asked = new CopyOnWriteArrayList<>();
    private final List<String> signatures = new CopyOnWriteArrayList<>();
    private volatile Consumer<HttpServerRequest> script = answering("{\"action\":\"allow\"}");
    private Vertx vertx;
    private int port;

    @BeforeEach
    void start(Vertx fresh) throws Exception {
        vertx = fresh;
        port = done(vertx.createHttpServer()
                        .requestHandler(request -> request.body().onSuccess(body -> {
                            asked.add(new JsonObject(body));
                            signatures.add(String.valueOf(request.getHeader("Portcullis-Signature")));
                            script.accept(request);
                        }))
                        .listen(0, "127.0.0.1"))
                .actualPort();
    }

    @Test
    void application_gets_user_role_and_room_signed_and_its_answer_holds() throws Exception {
        HttpAuthorizer authorizer = authorizer(10_000, 10, 30_000);

        assertThat(ask(authorizer, ANN)).isEqualTo(AuthorizerAnswer.ALLOWED);
        assertThat(asked)
                .containsExactly(new JsonObject()
                        .put("userId", "ann")
                        .put("role", "member")
                        .put("roomId", "team-1"));
        assertThat(signatures.get(0)).matches("v1=[0-9a-f]{64}");
    }

    @Test
    void answer_is_remembered_for_its_user_and_room_only() throws Exception {
        HttpAuthorizer authorizer = authorizer(10_000, 10, 30_000);
        ask(authorizer, ANN);
        script = answering("{\"action\":\"refuse\"}");

        assertThat(ask(authorizer, ANN)).isEqualTo(AuthorizerAnswer.ALLOWED);
        assertThat(ask(authorizer, BEN)).isEqualTo(AuthorizerAnswer.REFUSED);
        assertThat(ask(authorizer, new AuthorizerQuery(ANN.user(), Role.MEMBER, new RoomId("team-2"))))
                .isEqualTo(AuthorizerAnswer.REFUSED);
        assertThat(asked).hasSize(3);
    }

    @Test
    void what_the_application_could_not_say_is_asked_again() throws Exception {
        HttpAuthorizer authorizer = authorizer(10_000, 10, 30_000);
        script = request -> request.response().setStatusCode(503).end();
        assertThat(ask(authorizer, ANN)).isEqualTo(AuthorizerAnswer.UNANSWERED);
        script = answering("{\"action\":\"allow\"}");

        assertThat(ask(authorizer, ANN)).isEqualTo(AuthorizerAnswer.ALLOWED);
    }

    @Test
    void call_beyond_the_bound_is_unanswered_at_once() throws Exception {
        List<HttpServerRequest> held = new CopyOnWriteArrayList<>();
        script = held::add;
        HttpAuthorizer authorizer = authorizer(20_000, 1, 30_000);
        Future<AuthorizerAnswer> first = authorizer.ask(ANN);
        assertThat(Await.until(() -> held.size() == 1)).isTrue();

        assertThat(ask(authorizer, BEN)).isEqualTo(AuthorizerAnswer.UNANSWERED);
        answering("{\"action\":\"allow\"}").accept(held.get(0));
        assertThat(done(first)).isEqualTo(AuthorizerAnswer.ALLOWED);
    }

    @Test
    void application_that_hangs_is_left_alone_after_some_calls() throws Exception {
        script = request -> {};
        HttpAuthorizer authorizer = authorizer(50, 10, 30_000);
        for (int i = 0; i < BREAKER.timeouts(); i++) {
            assertThat(ask(authorizer, ANN)).isEqualTo(AuthorizerAnswer.UNANSWERED);
        }

        assertThat(authorizer.position()).isEqualTo(Pass.OPEN);
    }

    /** Else a user over whose questions the application takes too long keeps others out of rooms (CWE-400). */
    @Test
    void question_of_another_user_is_asked_whatever_those_of_one_came_to() throws Exception {
        script = request -> {};
        HttpAuthorizer authorizer = authorizer(300, 10, 30_000);
        for (int i = 0; i < BREAKER.timeouts(); i++) {
            assertThat(ask(authorizer, ANN)).isEqualTo(AuthorizerAnswer.UNANSWERED);
        }
        script = answering("{\"action\":\"allow\"}");

        assertThat(ask(authorizer, BEN)).isEqualTo(AuthorizerAnswer.ALLOWED);
        assertThat(ask(authorizer, ANN)).isEqualTo(AuthorizerAnswer.UNANSWERED);
        assertThat(authorizer.position()).isEqualTo(Pass.CLOSED);
    }

    private HttpAuthorizer authorizer(long deadlineMs, int inFlight, long rememberMs) {
        OutgoingConfig bounds = new OutgoingConfig(deadlineMs, 4_096, inFlight, inFlight, Set.of(), BREAKER);
        OutgoingUrl url = OutgoingUrl.parse("http://127.0.0.1:" + port + "/may").orElseThrow();
        AuthorizerConfig config =
                new AuthorizerConfig(url, Optional.of(SECRET), bounds, 100, rememberMs, Optional.empty());
        return new HttpAuthorizer(
                vertx, OutgoingService.ROOM_AUTHORIZER, config, OutgoingMetrics.uncounted(), System::currentTimeMillis);
    }

    private static AuthorizerAnswer ask(HttpAuthorizer authorizer, AuthorizerQuery query) throws Exception {
        return done(authorizer.ask(query));
    }

    private static Consumer<HttpServerRequest> answering(String body) {
        return request -> request.response().end(body);
    }
}
