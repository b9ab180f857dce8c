package dev.portcullis.broadcast.presence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.broadcast.presence.PresenceReport.RoomReport;
import dev.portcullis.broadcast.presence.PresenceView.Owner;
import dev.portcullis.config.ConfigReading;
import dev.portcullis.config.Section;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import dev.portcullis.protocol.codec.ServerFrame.PresenceChanged;
import dev.portcullis.protocol.codec.ServerFrame.PresentUser;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AttendanceTableTest {
    private static final RoomId LOBBY = new RoomId("lobby");
    private static final UserId ANN = new UserId("ann");
    private static final UserId BEN = new UserId("ben");
    private static final PresenceView ALONE = new PresenceView(Map.of("n1", 1));
    private static final PresenceView OTHERS = new PresenceView(Map.of("n2", 1));
    private static final PresenceConfig CONFIG =
            PresenceConfig.read(Section.root(Map.of(), new ConfigReading(Map.of(), Path.of("."))));

    private long versions = 1_000;
    private long now;
    private long number;
    private final AttendanceTable table = new AttendanceTable(new Owner("n1", 0), CONFIG, () -> versions, 0);

    @Test
    void page_counts_the_sessions_of_all_nodes() {
        first("e1", ALONE, Map.of(ANN, 1, BEN, 2));
        first("e2", ALONE, Map.of(ANN, 3));
        assertThat(page().users()).containsExactly(new PresentUser(ANN, 4), new PresentUser(BEN, 2));
        assertThat(page().count()).isEqualTo(2);
    }

    @Test
    void room_is_unknown_until_each_edge_has_told_everything() {
        look("e1", "e2");
        first("e1", ALONE, Map.of(ANN, 1));
        assertThat(table.page(query())).isEmpty();
        table.apply(report("e2", ALONE, true, false, Map.of(BEN, 1)), now);
        assertThat(table.page(query())).isEmpty();
        table.apply(report("e2", ALONE, false, true, Map.of()), now);
        assertThat(page().count()).isEqualTo(2);
    }

    @Test
    void edge_that_never_reports_is_waited_for_no_longer_than_its_lease() {
        first("e1", ALONE, Map.of(ANN, 1));
        look("e1", "old");
        assertThat(table.page(query())).isEmpty();
        for (int i = 0; i < 16; i++) {
            after(1_000);
            first("e1", ALONE, Map.of(ANN, 1));
            look("e1", "old");
        }
        assertThat(page().count()).isOne();
    }

    @Test
    void room_that_an_edge_gives_to_another_owner_is_unknown() {
        first("e1", ALONE, Map.of(ANN, 1));
        first("e2", ALONE, Map.of(BEN, 1));
        table.apply(report("e1", OTHERS, false, true, Map.of()), now);
        assertThat(table.page(query())).isEmpty();
    }

    @Test
    void node_that_leaves_is_dropped_at_once() {
        watchedBy("e1", Map.of(ANN, 1));
        first("e2", ALONE, Map.of(BEN, 1));
        look("e1", "e2");
        due();
        after(1_000);
        look("e1");
        assertThat(due()).containsExactly(new PresenceChanged(BEN, false));
        assertThat(page().users()).containsExactly(new PresentUser(ANN, 1));
    }

    @Test
    void silent_node_is_dropped_after_its_lease() {
        watchedBy("e1", Map.of(ANN, 1));
        first("e2", ALONE, Map.of(BEN, 1));
        look("e1", "e2");
        due();
        for (int i = 0; i < 15; i++) {
            after(1_000);
            table.apply(report("e1", ALONE, false, true, Map.of()), now);
            look("e1", "e2");
            assertThat(page().count()).isEqualTo(2);
        }
        after(1_000);
        table.apply(report("e1", ALONE, false, true, Map.of()), now);
        look("e1", "e2");
        assertThat(due()).containsExactly(new PresenceChanged(BEN, false));
        assertThat(table.apply(report("e2", ALONE, false, true, Map.of()), now))
                .as("has to tell everything")
                .isFalse();
    }

    @Test
    void owner_that_was_stopped_itself_drops_no_one_and_knows_nothing_until_each_edge_reports_again() {
        first("e1", ALONE, Map.of(ANN, 1));
        first("e2", ALONE, Map.of(BEN, 1));
        look("e1", "e2");
        after(60_000);
        look("e1", "e2");
        assertThat(table.page(query())).isEmpty();
        tell("e1", Map.of());
        assertThat(table.page(query())).as("e2 may have others meanwhile").isEmpty();
        tell("e2", Map.of());
        assertThat(page().count()).isEqualTo(2);
    }

    /** Its clients are there, and known again only with its full report. */
    @Test
    void edge_that_was_dropped_and_is_back_is_waited_for() {
        first("e1", ALONE, Map.of(ANN, 1));
        first("e2", ALONE, Map.of(BEN, 1));
        look("e1", "e2");
        for (int i = 0; i < 16; i++) {
            after(1_000);
            tell("e1", Map.of());
            look("e1", "e2");
        }
        assertThat(page().count()).isOne();
        assertThat(table.apply(report("e2", ALONE, false, true, Map.of()), now)).isFalse();
        assertThat(table.page(query())).isEmpty();
        first("e2", ALONE, Map.of(BEN, 1));
        assertThat(page().count()).isEqualTo(2);
    }

    @Test
    void late_report_is_ignored() {
        PresenceReport early = report("e1", ALONE, false, true, Map.of(ANN, 0));
        first("e1", ALONE, Map.of(ANN, 1));
        assertThat(table.apply(early, now)).isTrue();
        assertThat(page().count()).isOne();
    }

    @Test
    void changes_come_once_a_second_with_versions_without_a_gap() {
        watchedBy("e1", Map.of(ANN, 1));
        AttendanceTable.Outgoing first = table.due(now).get(0);
        assertThat(first.nodes()).isEqualTo(Set.of("e1"));
        tell("e1", Map.of(BEN, 1));
        assertThat(table.due(now)).isEmpty();
        after(1_000);
        AttendanceTable.Outgoing second = table.due(now).get(0);
        assertThat(second.change().version()).isEqualTo(first.change().version() + 1);
        assertThat(second.change().users()).containsExactly(new PresenceChanged(BEN, true));
    }

    @Test
    void user_who_came_and_went_within_a_second_is_told_only_if_somebody_read_of_it() {
        watchedBy("e1", Map.of(ANN, 1));
        due();
        after(1_000);
        tell("e1", Map.of(BEN, 1));
        tell("e1", Map.of(BEN, 0));
        assertThat(table.due(now)).isEmpty();
        tell("e1", Map.of(BEN, 1));
        assertThat(page().count()).isEqualTo(2);
        tell("e1", Map.of(BEN, 0));
        assertThat(due()).containsExactly(new PresenceChanged(BEN, false));
    }

    @Test
    void full_report_of_what_is_known_is_no_change() {
        watchedBy("e1", Map.of(ANN, 1));
        due();
        after(1_000);
        table.apply(report("e1", ALONE, true, false, Map.of()), now);
        assertThat(table.due(now)).as("while it reports").isEmpty();
        table.apply(report("e1", ALONE, false, true, Map.of(ANN, 1)), now);
        assertThat(table.due(now)).isEmpty();
    }

    @Test
    void room_that_moved_here_is_told_by_a_gap_in_the_versions() {
        RoomReport moved = new RoomReport(LOBBY, RoomReport.Kind.MOVED_HERE, true, Map.of(ANN, 1));
        table.apply(new PresenceReport("e1", 7, ++number, ALONE, true, true, List.of(moved)), now);
        versions = 5_000;
        AttendanceTable.Outgoing told = table.due(now).get(0);
        assertThat(told.change().users()).isEmpty();
        assertThat(told.change().version()).isEqualTo(5_000);
    }

    @Test
    void room_that_moved_away_is_forgotten_without_a_change() {
        watchedBy("e1", Map.of(ANN, 1));
        due();
        after(1_000);
        RoomReport away = new RoomReport(LOBBY, RoomReport.Kind.MOVED_AWAY, true, Map.of());
        table.apply(new PresenceReport("e1", 7, ++number, OTHERS, false, true, List.of(away)), now);
        assertThat(table.due(now)).isEmpty();
        assertThat(table.find(LOBBY)).isEmpty();
    }

    private void first(String node, PresenceView view, Map<UserId, Integer> sessions) {
        assertThat(table.apply(report(node, view, true, true, sessions), now)).isTrue();
    }

    private void watchedBy(String node, Map<UserId, Integer> sessions) {
        first(node, ALONE, sessions);
    }

    private void tell(String node, Map<UserId, Integer> sessions) {
        assertThat(table.apply(report(node, ALONE, false, true, sessions), now)).isTrue();
    }

    /** Clients of e1 want the changes. */
    private PresenceReport report(
            String node, PresenceView view, boolean first, boolean complete, Map<UserId, Integer> sessions) {
        List<RoomReport> rooms = sessions.isEmpty()
                ? List.of()
                : List.of(new RoomReport(LOBBY, RoomReport.Kind.CHANGED, node.equals("e1"), sessions));
        return new PresenceReport(node, 7, ++number, view, first, complete, rooms);
    }

    private void look(String... edges) {
        table.look(Set.of(edges), now);
    }

    private List<PresenceChanged> due() {
        return table.due(now).stream()
                .flatMap(each -> each.change().users().stream())
                .toList();
    }

    private void after(long millis) {
        now += TimeUnit.MILLISECONDS.toNanos(millis);
    }

    private PresenceAnswer.Page page() {
        return table.page(query()).orElseThrow();
    }

    private static PresenceQuery query() {
        return new PresenceQuery(LOBBY, Optional.empty(), 200, Optional.empty());
    }
}
