package dev.portcullis.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.config.Live;
import dev.portcullis.protocol.FrameAlias;
import dev.portcullis.protocol.FrameType;
import dev.portcullis.protocol.Rejection.Limited;
import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.UserId;
import dev.portcullis.ratelimit.window.SlidingWindow;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** Random traffic, compared with a list of all granted attempts. */
class LimitPolicyPropertyTest {
    private static final FrameType[] ACTIONS = {
        FrameType.CHAT, FrameType.JOIN, FrameType.READ, FrameType.FILE_UPLOAD, FrameType.LEAVE
    };

    /** An attempt, and when it was made. */
    private record Sent(FrameAttempt attempt, long at) {}

    @Test
    void no_window_ever_holds_more_than_its_limit_and_every_wait_is_exact() {
        for (int run = 0; run < 60; run++) {
            long seed = new Random().nextLong();
            new Traffic(seed).flow();
        }
    }

    private static final class Traffic {
        private final String seed;
        private final Random random;
        private final Role role;
        private final RateLimitConfig config;
        private final LimitPolicy policy;
        private final UserUsage usage = new UserUsage();
        private final UserUsage trimmed = new UserUsage();
        private final List<Sent> granted = new ArrayList<>();
        private final List<Sent> all = new ArrayList<>();
        private long now = LimitFixture.NOON;

        Traffic(long seed) {
            this.seed = "seed " + seed;
            this.random = new Random(seed);
            this.role = random.nextInt(4) == 0 ? Role.ADMIN : Role.MEMBER;
            this.config = LimitFixture.config("""
                    {"user": {"burst": %d, "minute": %d, "hour": %d, "bytes": %d},
                     "actions": {"join": %d, "read": %d, "chat": 6, "send-message": 3}, "roles": {"admin": 3}}
                    """.formatted(
                            1 + random.nextInt(6),
                            2 + random.nextInt(15),
                            10 + random.nextInt(50),
                            65_536 + random.nextInt(100_000),
                            1 + random.nextInt(6),
                            1 + random.nextInt(6)));
            this.policy = new LimitPolicy(Live.fixed(config));
        }

        void flow() {
            for (int i = 0; i < 250; i++) {
                now += pause();
                FrameAttempt attempt = attempt();
                LimitDecision decision = policy.judge(usage, attempt, now);
                if (random.nextBoolean()) {
                    trimmed.trim(now, config.blocks());
                }
                assertThat(policy.judge(trimmed, attempt, now))
                        .as(seed + ": trimming changes no verdict")
                        .isEqualTo(decision);
                Optional<Limited> limit = LimitFixture.limitOf(decision.verdict());
                all.add(new Sent(attempt, now));
                if (limit.isEmpty()) {
                    granted.add(new Sent(attempt, now));
                    checkWindows(attempt);
                } else {
                    checkWait(attempt, limit.get().retryAfterMs());
                }
            }
        }

        private void checkWindows(FrameAttempt attempt) {
            for (LimitRow row : config.limits().rowsOf(attempt)) {
                long length = SlidingWindow.Span.of(row.window()).lengthMs();
                long sum = granted.stream()
                        .filter(sent -> sent.at > now - length)
                        .filter(appliesTo(row))
                        .mapToLong(sent -> amountIn(row, sent.attempt))
                        .sum();
                assertThat(sum).as(row.id() + ", " + seed).isLessThanOrEqualTo(row.max(config.multiplier(role)));
            }
        }

        private void checkWait(FrameAttempt attempt, long wait) {
            assertThat(wait).as(seed).isBetween(1L, 3_600_000L);
            assertThat(replay(all, attempt, now + wait - 1))
                    .as("one millisecond early, " + seed)
                    .isFalse();
            assertThat(replay(all, attempt, now + wait))
                    .as("after the wait, " + seed)
                    .isTrue();
        }

        private static long amountIn(LimitRow row, FrameAttempt attempt) {
            return row.id().equals("user.bytes")
                    ? attempt.bytes()
                    : row.id().equals("actions.join") ? Math.min(attempt.weight(), row.max()) : 1;
        }

        private boolean replay(List<Sent> history, FrameAttempt attempt, long at) {
            UserUsage fresh = new UserUsage();
            history.forEach(sent -> policy.judge(fresh, sent.attempt, sent.at));
            return LimitFixture.isGranted(policy.judge(fresh, attempt, at).verdict());
        }

        private Predicate<Sent> appliesTo(LimitRow row) {
            return sent -> config.limits().rowsOf(sent.attempt).contains(row);
        }

        private FrameAttempt attempt() {
            FrameType action = ACTIONS[random.nextInt(ACTIONS.length)];
            int weight = action == FrameType.JOIN ? 1 + random.nextInt(3) : 1;
            UserId user = new UserId("ada");
            int bytes = 1 + random.nextInt(30_000);
            return random.nextInt(8) == 0
                    ? FrameAttempt.report(user, role, bytes)
                    : FrameAttempt.of(user, role, action, weight, bytes)
                            .under(Optional.of(FrameAlias.SEND_MESSAGE)
                                    .filter(alias -> action == FrameType.CHAT && random.nextBoolean()));
        }

        private long pause() {
            return switch (random.nextInt(12)) {
                case 0 -> random.nextInt(120_000);
                case 1 -> random.nextInt(1_200_000);
                case 2, 3, 4 -> random.nextInt(5_000);
                default -> random.nextInt(200);
            };
        }
    }
}
