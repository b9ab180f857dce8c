package dev.portcullis.broadcast.presence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.broadcast.presence.PresenceReport.RoomReport;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OwnerChannelTest {
    private static final RoomId LOBBY = new RoomId("lobby");
    private static final UserId ANN = new UserId("ann");
    private static final UserId BEN = new UserId("ben");

    private final Map<UserId, Integer> sessions = new HashMap<>();
    private final List<Sent> sent = new ArrayList<>();
    private final OwnerChannel channel = new OwnerChannel(new Lobby());

    private record Sent(
            boolean first, boolean complete, List<RoomReport> rooms, Promise<PresenceReport.Receipt> answer) {
        Map<UserId, Integer> sessions() {
            return rooms.isEmpty() ? Map.of() : rooms.get(0).sessions();
        }
    }

    @Test
    void changes_during_a_report_follow_in_the_next() {
        enter(ANN);
        assertThat(sent).hasSize(1);
        enter(BEN);
        assertThat(sent).as("one is under way").hasSize(1);
        last().answer().complete(new PresenceReport.Receipt(true));
        assertThat(sent).hasSize(2);
        assertThat(last().sessions()).containsExactly(Map.entry(BEN, 1));
        assertThat(last().first()).isFalse();
    }

    @Test
    void report_that_failed_is_told_again_with_what_is_new() {
        enter(ANN);
        enter(BEN);
        last().answer().fail("lost");
        channel.send(0);
        assertThat(last().sessions()).containsOnlyKeys(ANN, BEN);
        assertThat(last().first()).isTrue();
    }

    @Test
    void owner_that_does_not_know_the_node_is_told_everything_from_the_first() {
        enter(ANN);
        last().answer().complete(new PresenceReport.Receipt(true));
        enter(BEN);
        last().answer().complete(new PresenceReport.Receipt(false));
        channel.send(0);
        assertThat(last().first()).isTrue();
        assertThat(last().complete()).isTrue();
        assertThat(last().sessions()).containsOnlyKeys(ANN, BEN);
    }

    /** A part of a count is never complete. */
    @Test
    void room_that_does_not_fit_is_told_in_parts_of_which_the_last_completes() {
        IntStream.range(0, 1_100).forEach(i -> {
            UserId user = new UserId("u" + i);
            sessions.put(user, 1);
            channel.changed(LOBBY, Optional.of(user));
        });
        channel.send(0);
        last().answer().complete(new PresenceReport.Receipt(true));
        last().answer().complete(new PresenceReport.Receipt(true));
        assertThat(sent).extracting(Sent::complete).containsExactly(false, false, true);
        assertThat(sent.stream().mapToInt(each -> each.sessions().size())).containsExactly(500, 500, 100);
    }

    @Test
    void who_waits_is_told_when_the_owner_knows() {
        enter(ANN);
        Future<Void> told = channel.told(LOBBY);
        assertThat(told.isComplete()).isFalse();
        last().answer().fail("lost");
        assertThat(told.isComplete()).isFalse();
        channel.send(0);
        last().answer().complete(new PresenceReport.Receipt(true));
        assertThat(told.succeeded()).isTrue();
    }

    /** The owner may come back, and is told by another channel then: a report of this one would complete its part. */
    @Test
    void channel_that_ended_with_a_report_under_way_sends_nothing_more() {
        enter(ANN);
        channel.setDue();
        Future<Void> told = channel.told(LOBBY);
        channel.end();
        assertThat(told.succeeded()).isTrue();
        last().answer().complete(new PresenceReport.Receipt(true));
        assertThat(sent).hasSize(1);
    }

    private void enter(UserId user) {
        sessions.put(user, 1);
        channel.changed(LOBBY, Optional.of(user));
        channel.send(0);
    }

    private Sent last() {
        return sent.get(sent.size() - 1);
    }

    private final class Lobby implements OwnerChannel.Source {
        @Override
        public Map<UserId, Integer> sessions(RoomId room) {
            return sessions;
        }

        @Override
        public boolean isWatched(RoomId room) {
            return false;
        }

        @Override
        public Set<RoomId> rooms() {
            return Set.of(LOBBY);
        }

        @Override
        public Future<PresenceReport.Receipt> send(boolean first, boolean complete, List<RoomReport> rooms) {
            Sent report = new Sent(first, complete, rooms, Promise.promise());
            sent.add(report);
            return report.answer().future();
        }
    }
}
