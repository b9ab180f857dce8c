package dev.portcullis.edge.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.auth.session.Session;
import dev.portcullis.auth.session.SessionOwner;
import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.UserId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RecheckScheduleTest {
    private static final long EVERY = 300;

    private final RecheckSchedule schedule = new RecheckSchedule(EVERY);

    @Test
    void the_one_looked_at_longest_ago_comes_first_and_then_waits_its_time() {
        schedule.begin(session(1), 0);
        schedule.begin(session(2), 10);
        assertThat(schedule.due(EVERY - 1, 10)).isEmpty();
        assertThat(schedule.due(EVERY, 10)).containsExactly(session(1));
        assertThat(schedule.due(EVERY + 10, 10)).containsExactly(session(2));
        assertThat(schedule.due(2 * EVERY, 10)).containsExactly(session(1));
    }

    @Test
    void a_crowd_that_came_at_once_is_looked_at_in_parts() {
        for (int i = 0; i < 25; i++) {
            schedule.begin(session(i), 0);
        }
        assertThat(schedule.due(EVERY, 10)).hasSize(10);
        assertThat(schedule.due(EVERY + 1, 10)).hasSize(10);
        assertThat(schedule.due(EVERY + 2, 10)).hasSize(5);
        assertThat(schedule.due(EVERY + 3, 10)).isEmpty();
    }

    static LongStream seeds() {
        return LongStream.range(0, 50);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void whoever_stays_is_looked_at_in_time_and_whoever_left_never(long seed) {
        Random random = new Random(seed);
        Map<Integer, Long> lookedAt = new HashMap<>();
        for (long now = 0; now < 3_000; now++) {
            int who = random.nextInt(200);
            if (lookedAt.containsKey(who)) {
                if (random.nextInt(4) == 0) {
                    schedule.end(session(who));
                    lookedAt.remove(who);
                }
            } else {
                schedule.begin(session(who), now);
                lookedAt.put(who, now);
            }
            List<Session> due = schedule.due(now, 5);
            Set<Integer> ids = new HashSet<>();
            due.forEach(session -> ids.add(Integer.valueOf(session.id())));
            assertThat(lookedAt.keySet()).as("seed " + seed).containsAll(ids);
            long at = now;
            ids.forEach(id -> lookedAt.put(id, at));
            assertThat(lookedAt.values()).as("seed " + seed).allMatch(last -> at - last <= EVERY + 10);
        }
    }

    private static Session session(int id) {
        Sender sender = new Sender(new UserId("ann"), Optional.empty(), Role.MEMBER, List.of(), String.valueOf(id));
        return new Session(sender, "", "t", 0, 0, Long.MAX_VALUE, new SessionOwner("n", "n:1", 0), "", "");
    }
}
