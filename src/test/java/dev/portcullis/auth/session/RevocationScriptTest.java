package dev.portcullis.auth.session;

import static dev.portcullis.kit.Await.done;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.auth.revocation.RevocationScript;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.redis.RedisStore;
import dev.portcullis.store.redis.RedisStores;
import dev.portcullis.store.rows.RedisRowStore;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore.Bounds;
import dev.portcullis.streams.StreamWindow;
import dev.portcullis.streams.cutoff.Cutoff;
import dev.portcullis.streams.cutoff.Cutoff.TokenRevoked;
import dev.portcullis.streams.cutoff.Cutoff.UserCutOff;
import dev.portcullis.streams.cutoff.CutoffBody;
import dev.portcullis.streams.redis.RedisStreamStore;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The script of other systems writes what our own steps read, and would write. */
class RevocationScriptTest {
    private static final UserId ANN = new UserId("ann");
    private static final UserId BOB = new UserId("bob");
    private static final int MAX = 5;
    private static final long KEPT = 600_000;
    private static final RevocationLimits LIMITS = new RevocationLimits(KEPT, KEPT, MAX, MAX);

    @RegisterExtension
    static final RedisStores REDIS = new RedisStores();

    private final String script = RevocationScript.text(LIMITS, new StreamWindow(100, 60_000));
    private RedisStore redis;
    private RevocationStore store;

    @BeforeEach
    void open() throws Exception {
        redis = REDIS.open();
        store = new RevocationStore(new RedisRowStore(redis), () -> LIMITS);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "5f0c",
                "a b",
                "a+b",
                "100%",
                "\0",
                "\n",
                "\"login\" \\ of hers",
                "ü",
                "\u1F600",
                "jti:a",
                "*._-~"
            })
    void token_and_login_of_any_text_are_revoked_as_a_node_revokes_them(String id) throws Exception {
        outside(ANN, "jti", id);
        outside(ANN, "sid", id);
        done(store.revoke(BOB, TokenScope.token(id)));
        done(store.revoke(BOB, TokenScope.family(id)));

        assertThat(isRevoked(id, 1, Optional.empty())).isTrue();
        assertThat(isRevoked("other", 1, Optional.of(id))).isTrue();
        assertThat(isRevoked("other", 1, Optional.of("other"))).isFalse();
        assertThat(keysOf(ANN)).hasSize(2).isEqualTo(keysOf(BOB));
        assertThat(cutoffs(ANN))
                .containsExactly(TokenRevoked.token(id, Optional.of(ANN)), TokenRevoked.family(id, Optional.of(ANN)));
        assertThat(millisLeft(ANN)).isBetween(KEPT / 2, KEPT);
    }

    @Test
    void time_of_issue_is_never_set_back_by_either() throws Exception {
        long now = System.currentTimeMillis();
        outside(ANN, "before", Long.toString(now - 1_000));
        outside(ANN, "before", Long.toString(now - 2_000));
        assertThat(isRevoked("any", now - 1_001, Optional.empty())).isTrue();
        assertThat(isRevoked("any", now - 1_000, Optional.empty())).isFalse();

        done(store.revoke(ANN, TokenScope.issuedBefore(now)));
        outside(ANN, "before", Long.toString(now - 3_000));
        assertThat(isRevoked("any", now - 1, Optional.empty())).isTrue();
        assertThat(isRevoked("any", now, Optional.empty())).isFalse();

        outside(ANN, "before", "");
        assertThat(isRevoked("any", now, Optional.empty())).isTrue();
        assertThat(cutoffs(ANN)).hasSize(4).contains(new UserCutOff(ANN, now - 3_000, UserCutOff.Cause.REVOKED));
    }

    @Test
    void too_many_become_one_of_all_tokens_until_now() throws Exception {
        outside(ANN, "before", "1");
        for (int i = 0; i < MAX; i++) {
            outside(ANN, "jti", "t" + i);
        }
        outside(ANN, "jti", "t1");
        assertThat(keysOf(ANN)).hasSize(MAX + 1);

        outside(ANN, "sid", "login");

        assertThat(keysOf(ANN)).containsExactly("before");
        long last = ((UserCutOff) cutoffs(ANN).get(MAX + 3)).issuedBefore();
        assertThat(isRevoked("any", last - 1, Optional.empty())).isTrue();
        assertThat(isRevoked("any", last, Optional.empty())).isFalse();
        outside(ANN, "jti", "later");
        assertThat(keysOf(ANN)).containsExactly("before", "jti:later");
    }

    @Test
    void those_that_are_over_make_room() throws Exception {
        for (int i = 0; i < MAX; i++) {
            REDIS.ask("ZADD", key(ANN), "0", "jti:over" + i + "\0[" + (System.currentTimeMillis() - 1) + ",null]");
        }

        outside(ANN, "jti", "t1");

        assertThat(keysOf(ANN)).containsExactly("jti:t1");
    }

    private void outside(UserId user, String kind, String value) {
        String key = "pc:{" + Session.laneOf(user) + "}:s:" + user.value();
        String bytes = new String(value.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        assertThat(REDIS.ask("EVAL", script, "1", key, kind, bytes)).isEqualTo("OK");
    }

    private boolean isRevoked(String tokenId, long issuedAt, Optional<String> sid) throws Exception {
        return done(store.isRevoked(new TokenIdentity(ANN, tokenId, issuedAt, sid)));
    }

    private static List<String> keysOf(UserId user) {
        return REDIS.ask("ZRANGE", key(user), "0", "-1")
                .lines()
                .map(row -> row.substring(0, row.indexOf('\0')))
                .toList();
    }

    private static long millisLeft(UserId user) {
        return Long.parseLong(REDIS.ask("PTTL", key(user)));
    }

    private static String key(UserId user) {
        return "pc:{" + Session.laneOf(user) + "}:revocations:" + user.value();
    }

    private List<Cutoff> cutoffs(UserId user) throws Exception {
        return done(new RedisStreamStore(redis)
                        .after(StreamName.cutoffs(Session.laneOf(user)), 0, new Bounds(100, 1 << 20)))
                .entries()
                .stream()
                .map(entry -> CutoffBody.decode(entry.body()).orElseThrow())
                .toList();
    }
}
