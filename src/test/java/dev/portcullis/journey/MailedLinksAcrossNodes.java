package dev.portcullis.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.kit.MailServer;
import dev.portcullis.kit.MailServer.Mail;
import dev.portcullis.kit.RawPeer;
import dev.portcullis.kit.RawPeer.Reply;
import dev.portcullis.kit.TestNode;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Links in mails that are followed at another node than they were asked for. */
abstract class MailedLinksAcrossNodes {
    private static final String PASSWORD = "Correct-Horse-7x";
    static final String OTHER = "Another-Horse-7x";
    static final String ANN = "ann@example.org";
    static final String HOME = "127.1.0.1";

    private MailServer mail;

    abstract void start(String... sets);

    /** Any node; another one with each call, where there are several. */
    abstract TestNode node();

    abstract void stop();

    @BeforeEach
    void open() {
        mail = MailServer.plain();
        start(
                "accounts.registration=verified",
                "rooms.adding=invite",
                "direct.allow=shared_room",
                "ratelimit.user.burst=1000",
                "ratelimit.user.minute=1000",
                "accounts.passwords.cost=10",
                "ratelimit.login=5",
                "ratelimit.loginFailures=10",
                "accounts.mail.link=https://chat.example.com/",
                "accounts.mail.smtp.host=127.0.0.1",
                "accounts.mail.smtp.tls=off",
                "accounts.mail.smtp.port=" + mail.port());
    }

    @AfterEach
    void close() {
        stop();
        mail.close();
    }

    @Test
    void new_user_reads_until_the_mails_link_was_opened_and_writes_from_then_on_in_the_open_session() {
        JsonObject login = register("ann");
        assertThat(login.getJsonObject("user").getBoolean("verified")).isFalse();
        try (JdkPeer ann = JdkPeer.admitted(node().ws(), login.getString("accessToken"))) {
            assertThat(ann.next("auth_success").getString("role")).isEqualTo("unverified");
            assertThat(ann.join("lobby").getString("type")).isEqualTo("joined");
            assertThat(ann.say("lobby", "hello", "m1").encode())
                    .contains("\"reason\":\"forbidden\"", "\"rule\":\"unverified\"");
            assertThat(ann.ask(new JsonObject()
                                    .put("type", "chat_message")
                                    .put("id", "m2")
                                    .put("recipientId", "bob")
                                    .put("content", "hello"))
                            .encode())
                    .contains("\"rule\":\"unverified\"");
            assertThat(createRoom(login).status()).isEqualTo(403);

            assertThat(follow(mail.awaitMail(ANN, 1)).status()).isEqualTo(204);
            JsonObject renewed = new JsonObject(post(
                            HOME,
                            "/api/auth/refresh",
                            new JsonObject().put("refreshToken", login.getString("refreshToken")))
                    .body());
            assertThat(renewed.getJsonObject("user").getBoolean("verified")).isTrue();
            ann.send(new JsonObject().put("type", "token_refresh").put("token", renewed.getString("accessToken")));
            ann.next("token_refreshed");
            assertThat(ann.say("lobby", "hello", "m3").getString("type")).isEqualTo("ack");
            assertThat(createRoom(renewed).status()).isEqualTo(201);
        }
    }

    @Test
    void forgotten_password_is_replaced_by_the_mails_link_and_open_sessions_end() {
        JsonObject login = register("ann");
        try (JdkPeer ann = JdkPeer.admitted(node().ws(), login.getString("accessToken"))) {
            ann.next("auth_success");
            Reply asked = askReset(HOME, ANN);
            assertThat(asked.status()).isEqualTo(202);
            Reply unknown = askReset(HOME, "no-account@example.org");
            assertThat(unknown.status() + unknown.body()).isEqualTo(asked.status() + asked.body());

            assertThat(follow(resetMail(ANN)).status()).isEqualTo(204);
            assertThat(Await.until(() -> !ann.isOpen())).isTrue();
        }
        assertThat(logIn(HOME, PASSWORD).status()).isEqualTo(401);
        assertThat(new JsonObject(logIn(HOME, OTHER).body())
                        .getJsonObject("user")
                        .getBoolean("verified"))
                .isTrue();
        assertThat(mail.mailsTo("no-account@example.org")).isEmpty();
    }

    String invite(String inviter, String account, String role) {
        String room = createRoom(inviter);
        assertThat(put(inviter, room, account, role).status()).isEqualTo(202);
        return room;
    }

    String createRoom(String user) {
        JsonObject room = new JsonObject().put("name", "Trap").put("visibility", "private");
        Reply reply = send("POST", HOME, "/api/rooms", room, bearer(node().token(user)));
        assertThat(reply.status()).as(reply.body()).isEqualTo(201);
        return new JsonObject(reply.body()).getJsonObject("room").getString("roomId");
    }

    Reply put(String by, String room, String user, String role) {
        String path = "/api/rooms/" + room + "/members/" + user;
        return send("PUT", HOME, path, new JsonObject().put("role", role), bearer(node().token(by)));
    }

    static String bearer(String token) {
        return "Authorization: Bearer " + token;
    }

    /** Each stranger asks for the user until its address may not any more. */
    @ParameterizedTest
    @ValueSource(ints = {1, 10, 100})
    void strangers_who_ask_for_a_user_fill_no_mailbox_and_the_user_sets_a_new_password(int strangers) {
        register("ann");
        register("bob");
        IntStream.range(0, strangers).parallel().forEach(stranger -> {
            String from = "127.2." + stranger / 200 + "." + (stranger % 200 + 1);
            for (int tries = 0; tries < 7; tries++) {
                assertThat(askReset(from, ANN).status()).isIn(202, 429, 503);
            }
        });
        assertThat(askReset(HOME, ANN).status()).isEqualTo(202);
        assertThat(askReset(HOME, "bob@example.org").status()).isEqualTo(202);
        Mail ofBob = resetMail("bob@example.org");
        Mail ofAnn = resetMail(ANN);
        long mails = resetMails(ANN).count();
        System.out.printf(
                "%d strangers who ask for a new password of a user: %d mails to the user, whose link sets one%n",
                strangers, mails);
        assertThat(mails).isBetween(1L, 3L);
        assertThat(follow(ofAnn).status()).isEqualTo(204);
        assertThat(follow(ofBob).status()).isEqualTo(204);
        assertThat(logIn(HOME, OTHER).status()).isEqualTo(200);
    }

    /** The thief has a login of the user, and refreshes its tokens. */
    @Test
    void user_who_resets_a_password_and_logs_in_again_may_change_it_whatever_a_thief_of_a_login_tried() {
        JsonObject stolen = register("ann");
        for (int i = 0; i < 10; i++) {
            assertThat(changePassword(stolen, "Wrong-Horse-7x").status()).isEqualTo(401);
            stolen = new JsonObject(post(
                            HOME,
                            "/api/auth/refresh",
                            new JsonObject().put("refreshToken", stolen.getString("refreshToken")))
                    .body());
        }
        assertThat(changePassword(stolen, PASSWORD).status())
                .as("the thief's next try, though right")
                .isEqualTo(429);
        askReset(HOME, ANN);
        assertThat(follow(resetMail(ANN)).status()).isEqualTo(204);
        JsonObject login = new JsonObject(logIn(HOME, OTHER).body());
        Reply changed = changePassword(login, OTHER);
        assertThat(changed.status()).as(changed.body()).isEqualTo(200);
    }

    private Reply changePassword(JsonObject login, String current) {
        return post(
                HOME,
                "/api/auth/password",
                new JsonObject().put("currentPassword", current).put("newPassword", PASSWORD),
                "Authorization: Bearer " + login.getString("accessToken"));
    }

    JsonObject register(String name) {
        JsonObject form = new JsonObject()
                .put("username", name)
                .put("email", name + "@example.org")
                .put("password", PASSWORD)
                .put("refreshTokenIn", "body");
        Reply reply = post(HOME, "/api/auth/register", form);
        assertThat(reply.status()).as(reply.body()).isEqualTo(201);
        return new JsonObject(reply.body());
    }

    Reply logIn(String from, String password) {
        return post(from, "/api/auth/login", new JsonObject().put("email", ANN).put("password", password));
    }

    Reply askReset(String from, String email) {
        return post(from, "/api/auth/reset", new JsonObject().put("email", email));
    }

    /** The one that verifies the address may come before it or behind it. */
    Mail resetMail(String address) {
        assertThat(Await.until(() -> resetMails(address).findAny().isPresent()))
                .as("a mail to %s", address)
                .isTrue();
        return resetMails(address).findFirst().orElseThrow();
    }

    Stream<Mail> resetMails(String address) {
        return mail.mailsTo(address).stream().filter(each -> each.fragment().startsWith("reset="));
    }

    /** What the page does with the link of a mail. */
    Reply follow(Mail of) {
        return of.fragment().startsWith("verify=")
                ? post(HOME, "/api/auth/verify", new JsonObject().put("token", token(of)))
                : reset(HOME, of, new JsonObject());
    }

    Reply reset(String from, Mail of, JsonObject body) {
        return post(
                from, "/api/auth/reset/confirm", body.put("token", token(of)).put("newPassword", OTHER));
    }

    static String token(Mail of) {
        return of.fragment().split("=", 2)[1];
    }

    Reply createRoom(JsonObject login) {
        JsonObject room = new JsonObject().put("name", "Friends").put("visibility", "private");
        return post(HOME, "/api/rooms", room, "Authorization: Bearer " + login.getString("accessToken"));
    }

    Reply post(String from, String path, JsonObject body, String... headers) {
        return send("POST", from, path, body, headers);
    }

    /** @param body empty for none */
    Reply send(String method, String from, String path, JsonObject body, String... headers) {
        String text = body.isEmpty() ? "" : body.encode();
        StringBuilder head = new StringBuilder(method + " " + path + " HTTP/1.1\r\nHost: x\r\n");
        List.of(headers).forEach(line -> head.append(line).append("\r\n"));
        if (!text.isEmpty()) {
            head.append("Content-Type: application/json\r\n");
        }
        try (RawPeer peer = connect(from)) {
            return peer.request(
                    head + "Content-Length: " + text.getBytes(StandardCharsets.UTF_8).length + "\r\n\r\n" + text);
        }
    }

    private RawPeer connect(String from) {
        try {
            return RawPeer.over(
                    new Socket(InetAddress.getLoopbackAddress(), node().port(), InetAddress.getByName(from), 0));
        } catch (IOException unreachable) {
            throw new UncheckedIOException(unreachable);
        }
    }
}
