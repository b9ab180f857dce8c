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
    private static final long INTERVAL = 300;

    private final RecheckSchedule schedule = new RecheckSchedule(INTERVAL);

    @Test
    void oldest_check_is_due_first_and_due_again_after_the_interval() {
        schedule.begin(session(1), 0);
        schedule.begin(session(2), 10);
        assertThat(schedule.due(INTERVAL - 1, 10)).isEmpty();
        assertThat(schedule.due(INTERVAL, 10)).containsExactly(session(1));
        assertThat(schedule.due(INTERVAL + 10, 10)).containsExactly(session(2));
        assertThat(schedule.due(2 * INTERVAL, 10)).containsExactly(session(1));
    }

    @Test
    void many_sessions_due_at_once_are_checked_in_batches() {
        for (int i = 0; i < 25; i++) {
            schedule.begin(session(i), 0);
        }
        assertThat(schedule.due(INTERVAL, 10)).hasSize(10);
        assertThat(schedule.due(INTERVAL + 1, 10)).hasSize(10);
        assertThat(schedule.due(INTERVAL + 2, 10)).hasSize(5);
        assertThat(schedule.due(INTERVAL + 3, 10)).isEmpty();
    }

    static LongStream seeds() {
        return LongStream.range(0, 50);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void open_sessions_are_checked_in_time_and_ended_ones_never(long seed) {
        Random random = new Random(seed);
        Map<Integer, Long> checkedAt = new HashMap<>();
        for (long now = 0; now < 3_000; now++) {
            int number = random.nextInt(200);
            if (checkedAt.containsKey(number)) {
                if (random.nextInt(4) == 0) {
                    schedule.end(session(number));
                    checkedAt.remove(number);
                }
            } else {
                schedule.begin(session(number), now);
                checkedAt.put(number, now);
            }
            List<Session> due = schedule.due(now, 5);
            Set<Integer> ids = new HashSet<>();
            due.forEach(session -> ids.add(Integer.valueOf(session.id())));
            assertThat(checkedAt.keySet()).as("seed " + seed).containsAll(ids);
            long at = now;
            ids.forEach(id -> checkedAt.put(id, at));
            assertThat(checkedAt.values()).as("seed " + seed).allMatch(last -> at - last <= INTERVAL + 10);
        }
    }

    private static Session session(int id) {
        Sender sender = new Sender(new UserId("ann"), Optional.empty(), Role.MEMBER, List.of(), String.valueOf(id));
        return new Session(sender, "", "t", 0, 0, Long.MAX_VALUE, new SessionOwner("n", "n:1", 0), "", "");
    }
}
