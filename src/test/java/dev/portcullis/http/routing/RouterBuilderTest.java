package dev.portcullis.http.routing;

import static dev.portcullis.http.contract.ContractText.body;
import static dev.portcullis.http.contract.ContractText.note;
import static dev.portcullis.http.contract.ContractText.operation;
import static dev.portcullis.http.contract.ContractText.path;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.http.ClientAddress;
import dev.portcullis.http.HttpRefusal;
import dev.portcullis.http.HttpResponses;
import dev.portcullis.http.contract.ContractText;
import dev.portcullis.http.contract.Operation.Listener;
import dev.portcullis.http.routing.OperationGuard.Refused;
import dev.portcullis.protocol.Result;
import io.vertx.core.Future;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A router that differs from its contract must not serve. */
class RouterBuilderTest {
    @Test
    void operation_without_a_handler_stops_the_start() {
        assertThatThrownBy(() -> builder(path("/a", operation("get", "getA"))).build())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("getA");
    }

    @Test
    void handler_without_an_operation_stops_the_start() {
        RouterBuilder builder = builder(path("/a", operation("get", "getA")));
        assertThatThrownBy(() -> builder.bind("getB", request -> request.send(204)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("getB");
    }

    @Test
    void handler_of_another_listener_stops_the_start() {
        RouterBuilder builder = new RouterBuilder(
                ContractText.parse(path("/a", operation("get", "getA"))),
                Listener.ADMIN,
                responses(),
                (r, why) -> "r1");
        assertThatThrownBy(() -> builder.bind("getA", request -> request.send(204)))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void second_handler_of_an_operation_stops_the_start() {
        RouterBuilder builder =
                builder(path("/a", operation("get", "getA"))).bind("getA", request -> request.send(204));
        assertThatThrownBy(() -> builder.bind("getA", request -> request.send(204)))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void operation_with_unchecked_security_stops_the_start() {
        RouterBuilder builder = builder(path("/a", operation("get", "getA", "\"security\":[{\"user\":[]}]")))
                .bind("getA", request -> request.send(204))
                .guard(
                        "operator",
                        request -> Future.succeededFuture(Result.refused(new Refused(HttpRefusal.FORBIDDEN))));
        assertThatThrownBy(builder::build)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("guard");
    }

    @Test
    void operation_with_an_unread_body_stops_the_start() {
        RouterBuilder builder =
                builder(path("/a", operation("post", "addA", body(note())))).bind("addA", request -> request.send(204));
        assertThatThrownBy(builder::build)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("body");
    }

    @Test
    void answers_for_pages_without_known_origins_stop_the_start() {
        RouterBuilder builder = builder(path("/a", operation("get", "getA", "\"x-portcullis-headers\":[\"cors\"]")))
                .bind("getA", request -> request.send(204));
        assertThatThrownBy(builder::build)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("origins");
    }

    private static RouterBuilder builder(String path) {
        return new RouterBuilder(ContractText.parse(path), Listener.PUBLIC, responses(), (request, why) -> "r1");
    }

    private static HttpResponses responses() {
        return new HttpResponses(new ClientAddress(List.of()));
    }
}
