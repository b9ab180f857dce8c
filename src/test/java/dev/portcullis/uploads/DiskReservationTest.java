package dev.portcullis.uploads;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.UserId;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.uploads.DiskReservation.Reservation;
import dev.portcullis.uploads.disk.DiskQuota;
import dev.portcullis.uploads.ticket.TestShares;
import dev.portcullis.uploads.ticket.Upload;
import dev.portcullis.uploads.ticket.Upload.State;
import org.junit.jupiter.api.Test;

class DiskReservationTest {
    private final DiskQuota quota = new DiskQuota(100);
    private final DiskReservation room = new DiskReservation(quota);
    private final Upload upload = TestShares.upload(new UserId("ann"), "a.txt", 60);

    @Test
    void file_takes_its_room_from_the_use_of_its_ticket_to_the_end_of_its_row() {
        assertThat(room.reserve(upload)).isEqualTo(Reservation.NEW);
        room.used(upload);
        assertThat(quota.used()).isEqualTo(60);
        room.removed(upload.in(State.ENDING, 2_000));
        assertThat(quota.used()).isZero();
    }

    @Test
    void file_beyond_the_bound_gets_none() {
        assertThat(quota.tryReserve(41)).isTrue();
        assertThat(room.reserve(upload)).isEqualTo(Reservation.NONE);
    }

    @Test
    void ticket_that_lapses_after_a_lost_use_gives_the_room_back() {
        room.failed(upload, room.reserve(upload), unknown());
        assertThat(quota.used()).as("it may be used").isEqualTo(60);
        room.removed(upload.in(State.LAPSING, 2_000));
        assertThat(quota.used()).isZero();
    }

    @Test
    void use_that_was_applied_although_its_answer_was_lost_gives_the_room_back_once() {
        room.failed(upload, room.reserve(upload), unknown());
        room.removed(upload.in(State.ENDING, 2_000));
        assertThat(quota.used()).isZero();
    }

    @Test
    void next_attempt_with_the_same_ticket_takes_no_room_again() {
        room.failed(upload, room.reserve(upload), unknown());
        Reservation again = room.reserve(upload);
        assertThat(again).isEqualTo(Reservation.KEPT);
        room.failed(upload, again, unknown());
        room.unused(upload, again); // the first attempt was applied: its row gives the room back
        assertThat(quota.used()).isEqualTo(60);
        room.removed(upload.in(State.ENDING, 2_000));
        assertThat(quota.used()).isZero();
    }

    @Test
    void use_that_the_store_did_not_apply_gives_the_room_back_at_once() {
        room.failed(upload, room.reserve(upload), StoreFailure.notApplied("full"));
        assertThat(quota.used()).isZero();
        assertThat(room.reserve(upload)).isEqualTo(Reservation.NEW);
    }

    private static StoreFailure unknown() {
        return new StoreFailure("no answer");
    }
}
