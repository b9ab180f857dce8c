package dev.portcullis.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.PatientCalls;
import dev.portcullis.kit.TestNode;
import dev.portcullis.protocol.RoomRole;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class InvitationsTest {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private static TestNode node;

    @BeforeAll
    static void start() {
        node = TestNode.generous("rooms.adding=invite");
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @Test
    void user_is_told_of_an_invitation_and_lists_accepts_and_declines_it(Vertx vertx) throws Exception {
        List<ClientEvent.Membership> told = new CopyOnWriteArrayList<>();
        ClientOptions options = ClientOptions.to(node.ws().toString(), node.token("ben"));
        PortcullisClient ben = PortcullisClient.connect(vertx, options, event -> {
            if (event instanceof ClientEvent.Membership membership) {
                told.add(membership);
            }
        });
        done(ben.opened());
        invite("tea");
        invite("coffee");
        assertThat(Await.until(() -> told.size() == 2)).isTrue();
        assertThat(told.get(0))
                .isEqualTo(new ClientEvent.Membership(
                        "tea", Optional.empty(), "Room tea", Optional.of("ann"), Optional.of("member")));

        List<RoomInvitation> open = done(ben.invitations());
        assertThat(open).extracting(RoomInvitation::roomId).containsExactlyInAnyOrder("tea", "coffee");
        assertThat(open).extracting(RoomInvitation::role).containsOnly("member");
        assertThat(open).extracting(RoomInvitation::byUserId).containsOnly(Optional.of("ann"));
        RoomInvitation tea = open.stream()
                .filter(each -> each.roomId().equals("tea"))
                .findFirst()
                .orElseThrow();
        RoomInvitation other =
                new RoomInvitation("tea", tea.name(), RoomRole.OWNER.id(), tea.byUserId(), tea.invitedAt());
        assertThatThrownBy(() -> done(ben.acceptInvitation(other))).hasMessage("not_found");
        done(ben.acceptInvitation(tea));
        done(ben.declineInvitation("coffee"));
        assertThat(done(ben.invitations())).isEmpty();
        assertThat(done(ben.join("tea")).getString("type")).isEqualTo("joined");
        assertThat(Await.until(() -> told.size() == 3)).isTrue();
        assertThat(told.get(2).role()).contains("member");

        assertThatThrownBy(() -> done(ben.acceptInvitation("coffee")))
                .isInstanceOfSatisfying(ClientFailure.class, failure -> {
                    assertThat(failure.kind()).isEqualTo(ClientFailure.Kind.REFUSED);
                    assertThat(failure).hasMessage("not_found");
                });
        assertThatThrownBy(() -> done(ben.acceptInvitation("../x")))
                .isInstanceOfSatisfying(
                        ClientFailure.class,
                        failure -> assertThat(failure.kind()).isEqualTo(ClientFailure.Kind.MALFORMED));
        done(ben.close());
    }

    private static void invite(String room) {
        send(
                "POST",
                "/api/rooms",
                new JsonObject()
                        .put("name", "Room " + room)
                        .put("visibility", "private")
                        .put("roomId", room),
                201);
        send("PUT", "/api/rooms/" + room + "/members/ben", new JsonObject().put("role", "member"), 202);
    }

    private static void send(String method, String path, JsonObject body, int status) {
        HttpRequest request = HttpRequest.newBuilder(node.http(path))
                .header("Authorization", "Bearer " + node.token("ann"))
                .header("Content-Type", "application/json")
                .method(method, BodyPublishers.ofString(body.encode()))
                .build();
        assertThat(PatientCalls.send(HTTP, request).statusCode()).isEqualTo(status);
    }

    private static <T> T done(Future<T> future) throws Exception {
        return future.await(30, TimeUnit.SECONDS);
    }
}
