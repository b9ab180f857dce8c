package dev.portcullis.edge.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.edge.session.RoomReports.Beginning;
import dev.portcullis.edge.session.RoomReports.Pauses;
import dev.portcullis.edge.session.RoomReports.Report;
import dev.portcullis.hooks.outbox.HookEvent;
import dev.portcullis.hooks.outbox.HookOutbox.Held;
import dev.portcullis.hooks.outbox.HookType;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RoomReportsTest {
    private static final int BUSY = 1;
    private static final int OTHER = 2;

    private final RoomReports reports = new RoomReports(200, new Pauses(500, 2_000));

    @Test
    void reports_of_one_session_in_one_room_are_sent_one_after_the_other() {
        List.of(joined("ann", BUSY), left("ann", BUSY), joined("ann", BUSY)).forEach(reports::add);
        Report joined = only(reports.next());
        assertThat(joined.beginning()).isPresent();
        assertThat(reports.next()).isEmpty();
        reports.taken(joined);
        Report left = only(reports.next());
        assertThat(left.beginning()).isEmpty();
        assertThat(reports.failed(left)).hasValue(500);
        reports.resume(BUSY);
        assertThat(reports.next()).containsExactly(left);
        reports.taken(left);
        reports.taken(only(reports.next()));
        assertThat(reports.waiting()).isZero();
    }

    @Test
    void ends_of_a_lane_go_before_its_beginnings() {
        Report ann = joined("ann", BUSY);
        reports.add(ann);
        reports.next();
        reports.taken(ann);
        List<Report> many = joined(BUSY, 100);
        many.forEach(reports::add);
        assertThat(reports.next()).hasSize(RoomReports.AT_ONCE_IN_LANE);
        Report end = left("ann", BUSY);
        reports.add(end);
        reports.taken(many.get(0));
        assertThat(reports.next()).containsExactly(end);
    }

    @Test
    void lane_that_fails_is_tried_with_one_report_and_holds_up_no_other_lane() {
        joined(BUSY, 100).forEach(reports::add);
        List<Report> sent = reports.next();
        assertThat(reports.failed(sent.get(0))).hasValue(500);
        assertThat(sent.stream().skip(1).map(reports::failed))
                .as("they all failed for one reason")
                .allMatch(OptionalLong::isEmpty);
        assertThat(reports.next()).isEmpty();
        joined(OTHER, 3).forEach(reports::add);
        assertThat(reports.next()).hasSize(3).allMatch(report -> report.lane() == OTHER);
        reports.resume(BUSY);
        Report trial = only(reports.next());
        assertThat(reports.failed(trial)).hasValue(1_000);
        reports.resume(BUSY);
        assertThat(reports.failed(only(reports.next()))).hasValue(2_000);
        reports.resume(BUSY);
        assertThat(reports.failed(only(reports.next()))).as("the longest pause").hasValue(2_000);
        reports.resume(BUSY);
        reports.taken(only(reports.next()));
        assertThat(reports.next()).hasSize(RoomReports.AT_ONCE_IN_LANE);
    }

    @Test
    void ends_beyond_the_bound_wait_like_all_others() {
        List<Report> many = joined(BUSY, 300);
        many.forEach(reports::add);
        takeAll();
        many.forEach(joined -> assertThat(reports.add(new Report(joined.id(), BUSY, Optional.empty())))
                .as("left out")
                .isFalse());
        assertThat(reports.waiting()).isEqualTo(300);
        assertThat(takeAll()).isEqualTo(300);
    }

    @Test
    void subscription_that_ends_unsent_beyond_the_bound_leaves_no_report() {
        joined(BUSY, 200).forEach(reports::add);
        reports.add(joined("brief", BUSY));
        assertThat(reports.add(left("brief", BUSY))).as("left out").isTrue();
        assertThat(reports.waiting()).isEqualTo(200);
        assertThat(takeAll()).isEqualTo(200);
    }

    /** The store may have taken the report whose answer was lost: then the user would be in the room for ever. */
    @Test
    void end_of_a_beginning_that_failed_is_told_beyond_the_bound_too() {
        RoomReports few = new RoomReports(0, new Pauses(500, 2_000));
        few.add(joined("ann", BUSY));
        Report joined = only(few.next());
        few.failed(joined);
        assertThat(few.add(left("ann", BUSY))).as("left out").isFalse();
        few.resume(BUSY);
        few.taken(only(few.next()));
        assertThat(only(few.next()).beginning()).isEmpty();
    }

    @Test
    void all_lanes_together_send_no_more_at_once_than_the_bound_and_take_turns() {
        IntStream.range(0, 10).forEach(lane -> joined(lane, 100).forEach(reports::add));
        List<Report> sent = reports.next();
        assertThat(sent).hasSize(RoomReports.AT_ONCE);
        assertThat(sent.stream().map(Report::lane).distinct()).hasSize(10);
        assertThat(takeAll(sent)).isEqualTo(1_000);
    }

    private int takeAll() {
        return takeAll(reports.next());
    }

    private int takeAll(List<Report> sent) {
        int taken = 0;
        for (List<Report> due = sent; !due.isEmpty(); due = reports.next()) {
            due.forEach(reports::taken);
            taken += due.size();
        }
        return taken;
    }

    private static List<Report> joined(int lane, int count) {
        return IntStream.range(0, count)
                .mapToObj(number -> joined("user-" + lane + "-" + number, lane))
                .toList();
    }

    private static Report joined(String id, int lane) {
        Held held = new Held(id, event(HookType.ROOM_JOINED), event(HookType.ROOM_LEFT));
        return new Report(id, lane, Optional.of(new Beginning(held, "n:1")));
    }

    private static Report left(String id, int lane) {
        return new Report(id, lane, Optional.empty());
    }

    private static HookEvent event(HookType type) {
        return new HookEvent(type, "room:lobby", "id", new byte[0]);
    }

    private static Report only(List<Report> due) {
        assertThat(due).hasSize(1);
        return due.get(0);
    }
}
