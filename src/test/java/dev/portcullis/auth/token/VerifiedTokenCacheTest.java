package dev.portcullis.auth.token;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.config.HeapShare;
import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.UserId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class VerifiedTokenCacheTest {
    private static final long NOW = Tokens.NOW;
    private static final long PLENTY = 1 << 30;

    @Test
    void least_recently_used_token_is_evicted_first() {
        VerifiedTokenCache tokens = new VerifiedTokenCache(2, PLENTY);
        keep(tokens, "a", claims(0, NOW + 1));
        keep(tokens, "b", claims(0, NOW + 1));
        assertThat(tokens.find("a")).isPresent();
        keep(tokens, "c", claims(0, NOW + 1));

        assertThat(tokens.find("a")).isPresent();
        assertThat(tokens.find("b")).isEmpty();
        assertThat(tokens.find("c")).isPresent();
    }

    /** A bound by number alone would let these take 140 MB of a heap of 128 MB. */
    @Test
    void tokens_with_many_rooms_are_bounded_by_their_bytes() {
        long bytes = HeapShare.TOKENS.of(128 << 20);
        VerifiedTokenCache tokens = new VerifiedTokenCache(10_000, bytes);
        TokenClaims claims = claims(256, NOW + 1);
        for (int i = 0; i < 10_000; i++) {
            tokens.keep("t" + i, claims, 2_900, NOW, VerifiedTokenCacheTest::keyLasts);
        }
        assertThat(tokens.bytes()).isLessThanOrEqualTo(bytes);
        assertThat(tokens.size()).isBetween(1_000, 1_300);
        assertThat(tokens.find("t9999")).isPresent();
    }

    @Test
    void expired_token_is_removed_when_another_is_added() {
        VerifiedTokenCache tokens = new VerifiedTokenCache(10, PLENTY);
        keep(tokens, "long", claims(0, NOW + 1_000));
        keep(tokens, "short", claims(0, NOW + 10));
        tokens.keep("late", claims(0, NOW + 1_000), 100, NOW + 10, VerifiedTokenCacheTest::keyLasts);

        assertThat(tokens.size()).isEqualTo(2);
        assertThat(tokens.find("short")).isEmpty();
    }

    @Test
    void token_larger_than_the_cache_evicts_no_other() {
        VerifiedTokenCache tokens = new VerifiedTokenCache(10, 2_000);
        keep(tokens, "a", claims(0, NOW + 1));
        tokens.keep("heavy", claims(256, NOW + 1), 2_900, NOW, VerifiedTokenCacheTest::keyLasts);

        assertThat(tokens.find("a")).isPresent();
        assertThat(tokens.find("heavy")).isEmpty();
    }

    @Test
    void cache_of_size_zero_keeps_no_token() {
        VerifiedTokenCache tokens = new VerifiedTokenCache(0, PLENTY);
        keep(tokens, "a", claims(0, NOW + 1));
        assertThat(tokens.find("a")).isEmpty();
        assertThat(tokens.bytes()).isZero();
    }

    @Test
    void token_whose_key_is_withdrawn_is_removed_when_it_comes_again() {
        VerifiedTokenCache tokens = new VerifiedTokenCache(10, PLENTY);
        AtomicBoolean keyInUse = new AtomicBoolean(true);
        tokens.keep("a", claims(0, NOW + 1), 100, NOW, keyInUse::get);
        keep(tokens, "b", claims(0, NOW + 1));
        assertThat(tokens.find("a")).isPresent();
        keyInUse.set(false);

        assertThat(tokens.find("a")).isEmpty();
        assertThat(tokens.size()).isEqualTo(1);
        assertThat(tokens.bytes()).isEqualTo(VerifiedTokenCache.TOKEN_BYTES + 100L);
        keyInUse.set(true);
        assertThat(tokens.find("a")).as("removed for good").isEmpty();
    }

    @Test
    void forgotten_tokens_do_not_wait_for_their_expiry_without_bound() {
        VerifiedTokenCache tokens = new VerifiedTokenCache(10, PLENTY);
        for (int i = 0; i < 1_000; i++) {
            keep(tokens, "t" + i, claims(0, NOW + 1));
        }
        assertThat(tokens.size()).isEqualTo(10);
        assertThat(tokens.queued()).isLessThan(100);
    }

    /** At any time: within both bounds, nothing expired, and the bytes are those of the tokens that are kept. */
    @Test
    void bounds_hold_under_random_operations() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        VerifiedTokenCache tokens = new VerifiedTokenCache(20, 40_000);
        Map<String, Long> sizes = new HashMap<>();
        Map<String, Long> expiries = new HashMap<>();
        long now = NOW;
        for (int i = 0; i < 20_000; i++) {
            String hash = "t" + random.nextInt(60);
            now += random.nextInt(3);
            switch (random.nextInt(4)) {
                case 0 -> {
                    tokens.forget(hash);
                    assertThat(tokens.find(hash)).isEmpty();
                }
                case 1 ->
                    tokens.find(hash)
                            .ifPresent(known -> assertThat(known.expiresAt()).isEqualTo(expiries.get(hash)));
                default -> {
                    TokenClaims claims = claims(random.nextInt(100), now + 1 + random.nextInt(100));
                    int length = random.nextInt(TokenConfig.MAX_LENGTH);
                    tokens.keep(hash, claims, length, now, VerifiedTokenCacheTest::keyLasts);
                    sizes.put(hash, (long) VerifiedTokenCache.TOKEN_BYTES + length);
                    expiries.put(hash, claims.expiresAt());
                    long last = now;
                    List<String> cached = sizes.keySet().stream()
                            .filter(each -> tokens.find(each).isPresent())
                            .toList();
                    assertThat(cached)
                            .as("seed %d", seed)
                            .contains(hash)
                            .hasSize(tokens.size())
                            .allMatch(each -> expiries.getOrDefault(each, 0L) > last);
                    assertThat(cached.stream().mapToLong(sizes::get).sum()).isEqualTo(tokens.bytes());
                }
            }
            assertThat(tokens.size()).as("seed %d", seed).isLessThanOrEqualTo(20);
            assertThat(tokens.bytes()).as("seed %d", seed).isBetween(0L, 40_000L);
        }
    }

    private static void keep(VerifiedTokenCache tokens, String hash, TokenClaims claims) {
        tokens.keep(hash, claims, 100, NOW, VerifiedTokenCacheTest::keyLasts);
    }

    private static boolean keyLasts() {
        return true;
    }

    private static TokenClaims claims(int rooms, long expiresAt) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < rooms; i++) {
            names.add("room-" + i);
        }
        return new TokenClaims(
                new UserId("ann"),
                "",
                Optional.empty(),
                Role.MEMBER,
                List.copyOf(names),
                "t",
                NOW,
                expiresAt,
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }
}
