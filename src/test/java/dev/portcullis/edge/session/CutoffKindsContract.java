package dev.portcullis.edge.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.DevToken;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.Lanes;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.cutoff.Cutoff;
import dev.portcullis.streams.cutoff.Cutoff.TokenRevoked;
import dev.portcullis.streams.cutoff.Cutoff.UserCutOff;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * Each kind of cut-off, appended to its stream without a hint, on a node with real sockets: it closes the connections
 * that it names, and no others.
 */
abstract class CutoffKindsContract {
    private static final UserId ANN = new UserId("ann");
    private static final UserId BEN = new UserId("ben");

    /**
     * How far the publisher's clock is ahead. The store has no ban here, and the cut-off of a ban that is missing in a list
     * read later than the cut-off was published is over. So no list may be read later.
     */
    static final long AHEAD_MS = 60_000;

    abstract URI ws();

    abstract String token(String user);

    abstract void append(int lane, Cutoff cutoff) throws Exception;

    @Test
    void revoked_token_closes_each_of_its_connections() throws Exception {
        String token = token("ann");
        try (JdkPeer first = enter(token);
                JdkPeer second = enter(token);
                JdkPeer otherToken = enter(token("ann"));
                JdkPeer ben = enter(token("ben"))) {
            append(lane(ANN), TokenRevoked.token(jti(token), Optional.of(ANN)));
            assertThat(first.ended()).isEqualTo(1008);
            assertThat(second.ended()).isEqualTo(1008);
            assertOpen(otherToken, ben);
            assertNotGreeted(connect(token), 1008);
        }
    }

    /** An operator knows a token's id, and not always its user. */
    @Test
    void token_of_an_unknown_user_is_revoked_in_every_lane() throws Exception {
        String token = token("ann");
        try (JdkPeer ann = enter(token);
                JdkPeer ben = enter(token("ben"))) {
            for (int lane = 0; lane < Lanes.COUNT; lane++) {
                append(lane, TokenRevoked.token(jti(token), Optional.empty()));
            }
            assertThat(ann.ended()).isEqualTo(1008);
            assertOpen(ben);
        }
    }

    @Test
    void refreshed_session_depends_on_its_new_token_and_not_on_the_former_one() throws Exception {
        String former = token("ann");
        String renewed = token("ann");
        try (JdkPeer ann = enter(former)) {
            assertThat(refresh(ann, renewed).getString("type")).isEqualTo("token_refreshed");
            append(lane(ANN), TokenRevoked.token(jti(former), Optional.of(ANN)));
            assertNotGreeted(connect(former), 1008); // so the cut-off is read
            assertOpen(ann);
            append(lane(ANN), TokenRevoked.token(jti(renewed), Optional.of(ANN)));
            assertThat(ann.ended()).isEqualTo(1008);
        }
    }

    /** A session that is renewed too late to be found by its new token does not go on. */
    @Test
    void session_that_is_refreshed_with_a_revoked_token_is_closed() throws Exception {
        String revoked = token("ann");
        try (JdkPeer ann = enter(token("ann"))) {
            append(lane(ANN), TokenRevoked.token(jti(revoked), Optional.of(ANN)));
            assertNotGreeted(connect(revoked), 1008);
            ann.send(refreshFrame(revoked));
            assertThat(ann.ended()).isEqualTo(1008);
            assertThat(ann.hasHeard("token_refreshed")).isFalse();
        }
    }

    @Test
    void refreshed_session_belongs_to_the_login_of_its_new_token() throws Exception {
        try (JdkPeer ann = enter(DevToken.of("ann").with("sid", "first").signed())) {
            refresh(ann, DevToken.of("ann").with("sid", "second").signed());
            append(lane(ANN), TokenRevoked.family("first", Optional.of(ANN)));
            append(lane(BEN), TokenRevoked.family("second", Optional.of(BEN)));
            assertOpen(ann);
            append(lane(ANN), TokenRevoked.family("second", Optional.of(ANN)));
            assertThat(ann.ended()).isEqualTo(1008);
        }
    }

    @Test
    void user_is_cut_off_with_the_tokens_that_were_issued_before() throws Exception {
        String token = token("ann");
        try (JdkPeer ann = enter(token);
                JdkPeer second = enter(token);
                JdkPeer ben = enter(token("ben"))) {
            long issuedAt = claims(token).getLong("iat") * 1_000;
            append(lane(ANN), new UserCutOff(ANN, issuedAt, UserCutOff.Cause.REVOKED));
            append(lane(ANN), TokenRevoked.token("another", Optional.of(ANN)));
            assertOpen(ann, second, ben);
            append(lane(ANN), new UserCutOff(ANN, issuedAt + 1, UserCutOff.Cause.REVOKED));
            assertThat(ann.ended()).isEqualTo(1008);
            assertThat(second.ended()).isEqualTo(1008);
            assertOpen(ben);
            assertNotGreeted(connect(token), 1008);
        }
    }

    @Test
    void banned_user_is_closed_with_every_token() throws Exception {
        try (JdkPeer first = enter(token("ben"));
                JdkPeer second = enter(token("ben"));
                JdkPeer ann = enter(token("ann"))) {
            append(lane(BEN), new UserCutOff(BEN, UserCutOff.ALL, UserCutOff.Cause.BANNED));
            assertThat(first.ended()).isEqualTo(1008);
            assertThat(second.ended()).isEqualTo(1008);
            assertOpen(ann);
            assertNotGreeted(connect(token("ben")), 1008);
        }
    }

    private JdkPeer enter(String token) {
        return greeted(connect(token));
    }

    private JdkPeer connect(String token) {
        return JdkPeer.open(ws(), List.of("portcullis.v1", "bearer." + token), Map.of());
    }

    private static JdkPeer greeted(JdkPeer peer) {
        peer.next("auth_success");
        return peer;
    }

    /** It was read before the connection came: a session that is registered too late to be found is not let in. */
    private static void assertNotGreeted(JdkPeer peer, int code) {
        try (peer) {
            assertThat(peer.ended()).isEqualTo(code);
            assertThat(peer.rest()).isEmpty();
        }
    }

    private static void assertOpen(JdkPeer... peers) {
        for (JdkPeer peer : peers) {
            peer.send(new JsonObject().put("type", "ping"));
            peer.next("pong");
        }
    }

    private static JsonObject refresh(JdkPeer peer, String token) {
        return peer.ask(refreshFrame(token));
    }

    private static JsonObject refreshFrame(String token) {
        return new JsonObject()
                .put("type", "token_refresh")
                .put("id", "refresh")
                .put("token", token);
    }

    private static int lane(UserId user) {
        return StreamName.inbox(user).lane();
    }

    private static String jti(String token) {
        return claims(token).getString("jti");
    }

    private static JsonObject claims(String token) {
        return new JsonObject(
                new String(Base64.getUrlDecoder().decode(token.split("\\.", -1)[1]), StandardCharsets.UTF_8));
    }
}
