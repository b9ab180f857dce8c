package dev.portcullis.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.kit.MailServer.Mail;
import dev.portcullis.kit.RawPeer.Reply;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Accounts whose users have to read their mail, with a mail server and the limits of logins as shipped. */
abstract class MailedLinksContract extends MailedLinksAcrossNodes {
    /** Invitations that a stranger tries to accept: fewer than the calls of a minute. */
    private static final int TRIED = 100;

    /** A stranger registers the user's mailbox, and accomplices invite that account. Then its user comes, by a reset (CWE-283). */
    @ParameterizedTest
    @ValueSource(ints = {1, 10, 100})
    void user_finds_nothing_that_a_stranger_did_who_had_registered_the_mailbox_with_accomplices(int accomplices) {
        JsonObject strangers = register("ann");
        String account = strangers.getJsonObject("user").getString("id");
        String token = strangers.getString("accessToken");
        List<String> rooms = IntStream.range(0, accomplices)
                .mapToObj(each -> "accomplice-" + each)
                .flatMap(each -> Stream.of(invite(each, account, "member"), invite(each, account, "owner")))
                .toList();
        rooms.stream()
                .limit(TRIED)
                .forEach(room -> assertUnverified(call("POST", "/api/rooms/" + room + "/invitation", token)));
        assertUnverified(call("PUT", "/api/blocks/friend", token));
        assertThat(call("DELETE", "/api/rooms/" + rooms.get(0) + "/invitation", token)
                        .status())
                .isEqualTo(204);
        askReset(HOME, ANN);
        assertThat(follow(resetMail(ANN)).status()).isEqualTo(204);
        String own = new JsonObject(logIn(HOME, OTHER).body()).getString("accessToken");
        String list = call("GET", "/api/rooms", own).body();
        assertThat(new JsonObject(list).getJsonArray("rooms"))
                .as("no room but those that are open to all")
                .noneMatch(room -> ((JsonObject) room).containsKey("role"));
        assertThat(call("GET", "/api/blocks/friend", own).body()).contains("false");
        int open = new JsonObject(call("GET", "/api/rooms/invitations", own).body())
                .getJsonArray("invitations")
                .size();
        assertThat(open).isBetween(1, 2 * accomplices - 1);
        String another = createRoom("accomplice-0");
        assertThat(put("accomplice-0", another, account, "member").status())
                .as("the accomplice invites, and adds no one")
                .isEqualTo(202);
        try (JdkPeer accomplice = JdkPeer.admitted(node().ws(), node().token("accomplice-0"))) {
            assertThat(write(accomplice, account).getString("reason")).isEqualTo("forbidden");
        }
        String tea = createRoom("friend");
        assertThat(put("friend", tea, account, "member").status()).isEqualTo(202);
        assertThat(call("POST", "/api/rooms/" + tea + "/invitation", own).status())
                .isEqualTo(204);
        try (JdkPeer friend = JdkPeer.admitted(node().ws(), node().token("friend"));
                JdkPeer ann = JdkPeer.admitted(node().ws(), own)) {
            assertThat(write(friend, account).getString("type")).isEqualTo("ack");
            assertThat(ann.next("chat_message").getString("userId")).isEqualTo("friend");
        }
        System.out.printf(
                "%d accomplices of a stranger who had registered a user's mailbox: the user is a member of no room,"
                        + " owns none and blocks no one; %d invitations are open%n",
                accomplices, open);
    }

    private static void assertUnverified(Reply reply) {
        assertThat(reply.status()).as(reply.body()).isEqualTo(403);
        assertThat(reply.body()).contains("\"forbidden\"", "\"rule\":\"unverified\"");
    }

    private Reply call(String method, String path, String token) {
        return send(method, HOME, path, new JsonObject(), bearer(token));
    }

    private static JsonObject write(JdkPeer from, String to) {
        return from.ask(new JsonObject()
                .put("type", "chat_message")
                .put("recipientId", to)
                .put("content", "hello")
                .put("id", "w"));
    }

    /** Each stranger tries passwords until its address may not any more. The app is at an address that the account does not know. */
    @ParameterizedTest
    @ValueSource(ints = {1, 10, 100})
    void app_that_sets_a_new_password_logs_in_at_once_from_anywhere_while_strangers_try_passwords(int strangers) {
        register("ann");
        askReset(HOME, ANN);
        Mail link = resetMail(ANN);
        tryPasswords(strangers);
        Reply reset = reset(HOME, link, new JsonObject().put("refreshTokenIn", "body"));
        assertThat(reset.status()).as(reset.body()).isEqualTo(200);
        JsonObject login = new JsonObject().put("email", ANN).put("password", OTHER);
        if (strangers > 1) {
            assertThat(post("127.3.0.1", "/api/auth/login", login).status())
                    .as("a client that the account does not know")
                    .isEqualTo(429);
        }
        login.put("deviceToken", new JsonObject(reset.body()).getString("deviceToken"));
        int admitted = 0;
        for (int i = 0; i < 5; i++) {
            admitted += post("127.3.0.1", "/api/auth/login", login).status() == 200 ? 1 : 0;
        }
        System.out.printf(
                "%d strangers who try passwords of a user: %d of 5 logins of the app that set a new one%n",
                strangers, admitted);
        assertThat(admitted).isEqualTo(5);
    }

    private void tryPasswords(int strangers) {
        IntStream.range(0, strangers).parallel().forEach(stranger -> {
            String from = "127.2." + stranger / 200 + "." + (stranger % 200 + 1);
            assertThat(Await.until(() -> logIn(from, "Wrong-Horse-7x").status() == 429))
                    .isTrue();
        });
    }
}
