package dev.portcullis.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.http.AddressRange;
import dev.portcullis.kit.Await;
import dev.portcullis.kit.RawPeer;
import dev.portcullis.kit.RawPeer.Ending;
import dev.portcullis.kit.RawPeer.Reply;
import dev.portcullis.protocol.UserId;
import dev.portcullis.ratelimit.ban.Ban;
import dev.portcullis.ratelimit.ban.Ban.Origin;
import dev.portcullis.ratelimit.ban.BanTarget;
import dev.portcullis.ratelimit.reputation.AddressReputation.Standing;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Banned users and addresses, at every way in and on open connections. All tests have one node, and users of their own. */
class BannedClientsTest {
    private static final String ADDRESS = "203.0.113.7";
    private static final String OTHER_ADDRESS = "203.0.113.8";
    private static final int BANNED = 1008;
    private static final AtomicInteger TESTS = new AtomicInteger();

    private static GatedNode node;

    private final List<RawPeer> peers = new ArrayList<>();
    private final List<BanTarget> banned = new ArrayList<>();
    private final String ann = "ann" + TESTS.incrementAndGet();
    private final String bob = "bob" + TESTS.get();

    @BeforeAll
    static void open() throws Exception {
        node = new GatedNode("http.trustedProxies=[\"127.0.0.1\"]", "bans.intervalMs=50");
    }

    @AfterEach
    void leave() throws Exception {
        peers.forEach(RawPeer::close);
        node.standing = Standing.UNKNOWN;
        node.reputation = Future.succeededFuture();
        for (BanTarget each : banned) {
            node.lift(each);
        }
    }

    @AfterAll
    static void close() throws Exception {
        node.close();
    }

    @ParameterizedTest
    @CsvSource({
        "OPERATOR, none, 403",
        "OPERATOR, valid, 403",
        "OPERATOR, bad, 403",
        "RULE, none, 403",
        "RULE, valid, 101",
        "RULE, bad, 403"
    })
    void handshake_from_a_banned_address_is_refused_unless_a_rule_meets_a_valid_token(
            Origin origin, String token, int status) throws Exception {
        ban(addresses(ADDRESS), origin);

        double before = refused("banned");

        RawPeer peer = peer();
        Reply reply = upgrade(peer, ADDRESS, token);

        assertThat(reply.status()).isEqualTo(status);
        if (status == 101) {
            assertThat(peer.next("auth_success").getString("userId")).isEqualTo(ann);
        } else {
            assertThat(reply.body()).isEqualTo("This address is banned");
            assertThat(refused("banned") - before).isEqualTo(1);
            assertThat(node.registered(ann)).isFalse();
        }
        assertThat(upgrade(peer(), OTHER_ADDRESS, token).status()).isEqualTo(101);
    }

    /** A client of Socket.IO shows its token once its session is open, or in the header of the request that opens it too. */
    @Test
    void session_of_socket_io_is_opened_at_an_address_that_a_rule_bans() throws Exception {
        ban(addresses(ADDRESS), Origin.RULE);
        assertThat(openSocketIo("Authorization: Bearer " + node.token(ann))).isEqualTo(200);
        assertThat(openSocketIo("Authorization: Bearer " + node.token(ann) + "x"))
                .isEqualTo(403);
        assertThat(Await.until(() -> openSocketIo("X-No: token") == 200))
                .as("on trial")
                .isTrue();
    }

    @Test
    void session_of_socket_io_is_opened_at_no_address_that_an_operator_bans() throws Exception {
        ban(addresses(ADDRESS), Origin.RULE);
        assertThat(Await.until(() -> openSocketIo("X-No: token") == 200)).isTrue();
        ban(addresses(ADDRESS), Origin.OPERATOR);
        assertThat(openSocketIo("X-No: token")).isEqualTo(403);
        assertThat(openSocketIo("Authorization: Bearer " + node.token(ann))).isEqualTo(403);
    }

    private int openSocketIo(String header) {
        return peer().request("GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: 127.0.0.1:" + node.port()
                        + "\r\nX-Forwarded-For: " + ADDRESS + "\r\n" + header + "\r\n\r\n")
                .status();
    }

    @Test
    void client_without_a_token_whose_address_is_banned_during_its_handshake_is_closed() throws Exception {
        Promise<Void> told = Promise.promise();
        node.reputation = told.future(); // asked once the address was found to have no ban
        int before = node.reputationsAsked.get();
        RawPeer peer = peer();
        CompletableFuture<Reply> reply = CompletableFuture.supplyAsync(() -> upgrade(peer, ADDRESS, "none"));
        assertThat(Await.until(() -> node.reputationsAsked.get() > before)).isTrue();
        ban(addresses(ADDRESS), Origin.OPERATOR);

        told.complete();

        assertThat(reply.get(30, TimeUnit.SECONDS).status()).isEqualTo(101);
        assertBanned(peer);
    }

    @ParameterizedTest
    @CsvSource({"none, 403", "bad, 403", "valid, 101"})
    void listed_address_is_refused_without_a_valid_token(String token, int status) throws Exception {
        node.standing = Standing.LISTED;
        double before = refused("listed");

        Reply reply = upgrade(peer(), ADDRESS, token);

        assertThat(reply.status()).isEqualTo(status);
        assertThat(refused("listed") - before).isEqualTo(status == 403 ? 1 : 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"OPERATOR", "RULE"})
    void banned_user_with_a_new_token_is_not_greeted_and_has_no_session(Origin origin) throws Exception {
        ban(user(ann), origin);

        RawPeer byHandshake = peer();
        assertThat(upgrade(byHandshake, ADDRESS, "valid").status()).isEqualTo(101);
        assertBanned(byHandshake);
        RawPeer byFrame = peer();
        upgrade(byFrame, ADDRESS, "none");
        byFrame.text("{\"type\":\"auth\",\"token\":\"" + node.token(ann) + "\"}");
        assertBanned(byFrame);

        assertThat(Await.until(() -> !node.registered(ann))).isTrue();
        RawPeer second = peer();
        second.upgrade("Authorization: Bearer " + node.token(bob));
        second.next("auth_success");
    }

    /** The session waits for a read of its lane: meanwhile the user is banned. */
    @Test
    void user_who_is_banned_while_the_session_opens_is_not_greeted() throws Exception {
        node.holdSessionsOf(ann);
        RawPeer peer = peer();
        peer.write(("GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                        + "Authorization: Bearer " + node.token(ann) + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        assertThat(Await.until(() -> node.registered(ann))).isTrue();

        ban(user(ann), Origin.OPERATOR);
        node.lanes.release();

        assertThat(peer.rest()).contains(" 101 ").contains("Banned").doesNotContain("auth_success");
        assertThat(Await.until(() -> !node.registered(ann))).isTrue();
    }

    @Test
    void open_connection_of_a_banned_user_is_closed_though_no_cut_off_tells_of_the_ban() throws Exception {
        RawPeer first = node.enterRaw(ann);
        RawPeer second = node.enterRaw(bob);

        ban(user(ann), Origin.RULE);

        assertBanned(first);
        assertThat(Await.until(() -> !node.registered(ann))).isTrue();
        assertAlive(second);
    }

    @ParameterizedTest
    @ValueSource(strings = {ADDRESS, "203.0.113.6/31", "2001:db8:1:2::1", "2001:db8:1:2::/64", "2001:db8::/32"})
    void open_connections_from_addresses_that_an_operator_bans_are_closed(String range) throws Exception {
        String inside = range.contains(":") ? "2001:db8:1:2::1" : ADDRESS;
        String outside = range.contains(":") ? "2001:db9::1" : OTHER_ADDRESS;
        RawPeer first = entered(ann, inside);
        RawPeer anonymous = peer();
        upgrade(anonymous, inside, "none");
        RawPeer second = entered(bob, outside);

        ban(addresses(range), Origin.OPERATOR);

        assertBanned(first);
        assertBanned(anonymous);
        assertAlive(second);
    }

    @Test
    void one_banned_host_of_ipv6_leaves_its_network_alone() throws Exception {
        RawPeer other = entered(ann, "2001:db8:1:2::2");

        ban(addresses("2001:db8:1:2::1"), Origin.OPERATOR);

        assertAlive(other);
    }

    @Test
    void ban_of_an_address_by_a_rule_closes_nothing() throws Exception {
        RawPeer first = entered(ann, ADDRESS);
        RawPeer anonymous = peer();
        upgrade(anonymous, ADDRESS, "none");

        ban(addresses(ADDRESS), Origin.RULE);

        assertAlive(first);
        anonymous.text("{\"type\":\"auth\",\"token\":\"" + node.token(bob) + "\"}");
        anonymous.next("auth_success");
    }

    @Test
    void lifted_ban_lets_in_at_once() throws Exception {
        ban(user(ann), Origin.OPERATOR);
        ban(addresses(ADDRESS), Origin.OPERATOR);

        node.lift(user(ann));
        node.lift(addresses(ADDRESS));

        assertAlive(entered(ann, ADDRESS));
    }

    @ParameterizedTest
    @CsvSource({"OPERATOR, 403", "RULE, 200"})
    void no_endpoint_serves_an_address_that_an_operator_has_banned(Origin origin, int status) throws Exception {
        ban(addresses(ADDRESS), origin);

        assertThat(get(ADDRESS).status()).isEqualTo(status);
        assertThat(get(OTHER_ADDRESS).status()).isEqualTo(200);
    }

    private static double refused(String reason) {
        return node.counted("portcullis_handshakes_refused_total{reason=\"" + reason + "\"}").stream()
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    private Reply get(String address) {
        return peer().request("GET /openapi.json HTTP/1.1\r\nHost: 127.0.0.1:" + node.port() + "\r\nX-Forwarded-For: "
                + address + "\r\n\r\n");
    }

    private RawPeer entered(String user, String address) {
        RawPeer peer = peer();
        peer.upgrade("X-Forwarded-For: " + address, "Authorization: Bearer " + node.token(user));
        peer.next("auth_success");
        return peer;
    }

    private Reply upgrade(RawPeer peer, String address, String token) {
        String forwarded = "X-Forwarded-For: " + address;
        return switch (token) {
            case "none" -> peer.upgrade(forwarded);
            case "valid" -> peer.upgrade(forwarded, "Authorization: Bearer " + node.token(ann));
            default -> peer.upgrade(forwarded, "Authorization: Bearer " + node.token(ann) + "x");
        };
    }

    private RawPeer peer() {
        RawPeer peer = RawPeer.to(node.port());
        peers.add(peer);
        return peer;
    }

    private static void assertBanned(RawPeer peer) {
        Ending end = peer.ending();
        assertThat(end.words()).isEmpty();
        assertThat(end.code()).isEqualTo(BANNED);
        assertThat(end.reason()).isEqualTo("Banned");
    }

    private static void assertAlive(RawPeer peer) {
        peer.text("{\"type\":\"ping\"}");
        peer.next("pong");
    }

    private static BanTarget user(String id) {
        return new BanTarget.OfUser(new UserId(id));
    }

    private static BanTarget addresses(String range) {
        return new BanTarget.OfAddresses(AddressRange.parse(range).orElseThrow());
    }

    /** Until the end of the test. */
    private void ban(BanTarget target, Origin origin) throws Exception {
        banned.add(target);
        node.ban(new Ban(target, origin, "test", Ban.FOREVER, System.currentTimeMillis()));
    }
}
