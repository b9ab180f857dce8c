package dev.portcullis.uploads.ticket;

import static dev.portcullis.kit.Await.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.Target;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.rows.MemoryRowStore;
import dev.portcullis.store.rows.ReadSet;
import dev.portcullis.store.rows.RowKey;
import dev.portcullis.store.rows.RowStep;
import dev.portcullis.store.rows.WriteSet;
import dev.portcullis.uploads.ticket.SharePolicy.Excess;
import dev.portcullis.uploads.ticket.SharePolicy.Storage;
import dev.portcullis.uploads.ticket.SharePolicy.StorageShares;
import dev.portcullis.uploads.ticket.SharePolicy.UploadQuota;
import dev.portcullis.uploads.ticket.Upload.State;
import dev.portcullis.uploads.ticket.Upload.TicketGrant;
import dev.portcullis.uploads.ticket.Upload.UploadOrigin;
import dev.portcullis.uploads.ticket.UploadStore.Holder;
import dev.portcullis.uploads.ticket.UploadStore.Page;
import io.vertx.core.Future;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UploadStoreTest {
    private static final UserId ANN = new UserId("ann");
    private static final UserId BOB = new UserId("a|b:c@d+e");
    private static final SharePolicy WIDE = TestShares.quota(1L << 50, 1_000);
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final long NOW = 1_700_000_000_000L;
    private static final long SOON = NOW + 1_000;
    private static final long LATER = NOW + 100_000;

    private final MemoryRowStore rows = new MemoryRowStore(() -> NOW);

    private final UploadStore store = new UploadStore(rows);

    @Test
    void issued_upload_is_found_as_it_was() throws Exception {
        UploadTicket ticket = UploadTicket.draw(RANDOM);
        Upload toRoom = upload(ANN, 1);
        Upload toUser = new Upload(
                ticket.file(),
                State.ISSUED,
                BOB,
                new Target.ToUser(ANN),
                " two  words %d \u00e4\ud83d\ude00.png ",
                (1L << 53) - 1,
                "image/png",
                ticket.hash(),
                NOW,
                SOON,
                new TicketGrant(Role.ADMIN, true, "jti. of\n\ud83d\ude00", 1_699_999_999_999L, Optional.empty()),
                new UploadOrigin(List.of("2001:db8:1:2::/64", "2001:db8:1::/48"), false));

        assertThat(issue(toRoom)).isEmpty();
        assertThat(done(store.issue(toUser, TestShares.quota(Long.MAX_VALUE, 1))))
                .isEmpty();

        assertThat(find(toRoom)).contains(toRoom);
        assertThat(find(toRoom)).contains(toRoom);
        assertThat(find(toUser)).contains(toUser);
        assertThat(done(store.find(UploadTicket.draw(RANDOM).file()))).isEmpty();
    }

    @Test
    void ticket_is_taken_once() throws Exception {
        Upload upload = issued(ANN, 5);

        assertThat(take(upload)).contains(upload.in(State.RECEIVING, LATER));

        assertThat(take(upload)).isEmpty();
        assertThat(take(upload)).isEmpty();
        assertThat(find(upload)).contains(upload.in(State.RECEIVING, LATER));
    }

    @Test
    void ticket_with_another_secret_or_id_is_not_taken() throws Exception {
        Upload upload = issued(ANN, 5);
        Upload other = issued(ANN, 5);

        assertThat(take(upload.id(), other.ticketHash(), NOW)).isEmpty();
        assertThat(take(upload.id(), "", NOW)).isEmpty();
        assertThat(take(UploadTicket.draw(RANDOM).file(), upload.ticketHash(), NOW))
                .isEmpty();

        assertThat(take(upload)).isPresent();
    }

    @Test
    void ticket_is_good_until_it_is_due() throws Exception {
        Upload first = issued(ANN, 5);
        Upload second = issued(ANN, 5);

        assertThat(take(first.id(), first.ticketHash(), SOON - 1)).isPresent();
        assertThat(take(second.id(), second.ticketHash(), SOON)).isEmpty();
    }

    @Test
    void received_upload_is_kept_and_keeping_may_be_repeated() throws Exception {
        Upload upload = received(ANN, 5);

        assertThat(keep(upload, NOW)).isTrue();
        assertThat(keep(upload, NOW)).isTrue();

        assertThat(find(upload)).contains(upload.in(State.KEPT, LATER + 1));
        assertThat(take(upload)).isEmpty();
    }

    @Test
    void upload_that_was_not_received_in_time_is_not_kept() throws Exception {
        Upload late = received(ANN, 5);
        Upload ended = received(ANN, 5);
        Upload issued = issued(ANN, 5);
        done(store.end(ended.id(), LATER));

        assertThat(keep(late, LATER)).isFalse();
        assertThat(keep(ended, NOW)).isFalse();
        assertThat(keep(issued, NOW)).isFalse();
        assertThat(done(store.keep(UploadTicket.draw(RANDOM).file(), NOW, LATER)))
                .isFalse();

        assertThat(find(late)).map(Upload::state).contains(State.RECEIVING);
    }

    @Test
    void bytes_of_a_user_are_bounded_from_the_ticket_to_the_end_of_the_file() throws Exception {
        SharePolicy ten = TestShares.quota(10, 100);
        Upload six = upload(ANN, 6);
        Upload five = upload(ANN, 5);
        Upload four = upload(ANN, 4);
        assertThat(done(store.issue(six, ten))).isEmpty();

        assertThat(done(store.issue(five, ten))).contains(Excess.BYTES);
        take(six);
        keep(six, NOW);
        assertThat(done(store.issue(five, ten))).contains(Excess.BYTES);
        done(store.end(six.id(), LATER));
        assertThat(done(store.issue(five, ten))).contains(Excess.BYTES);
        assertThat(find(five)).isEmpty();
        assertThat(done(store.issue(four, ten))).isEmpty();

        done(store.remove(six.id()));
        done(store.remove(six.id()));
        done(store.end(four.id(), LATER));
        done(store.remove(four.id()));
        assertThat(done(store.issue(upload(ANN, 10), ten))).isEmpty();
    }

    @Test
    void pending_uploads_of_a_user_are_bounded_and_others_are_not_touched() throws Exception {
        SharePolicy two = TestShares.quota(1_000, 2);
        Upload first = upload(ANN, 1);
        Upload third = upload(ANN, 1);
        done(store.issue(first, two));
        done(store.issue(upload(ANN, 1), two));

        assertThat(done(store.issue(third, two))).contains(Excess.PENDING);
        assertThat(done(store.issue(upload(BOB, 1), two))).isEmpty();
        take(first);
        assertThat(done(store.issue(third, two))).contains(Excess.PENDING);
        keep(first, NOW);
        assertThat(done(store.issue(third, two))).isEmpty();
    }

    @Test
    void repeated_issue_counts_once() throws Exception {
        SharePolicy tight = TestShares.quota(5, 1);
        Upload upload = upload(ANN, 5);

        assertThat(done(store.issue(upload, tight))).isEmpty();
        assertThat(done(store.issue(upload, tight))).isEmpty();
    }

    @Test
    void concurrent_issues_pass_no_quota() throws Exception {
        SharePolicy three = TestShares.quota(3, 100);
        List<Future<Optional<Excess>>> all = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            all.add(store.issue(upload(ANN, 1), three));
        }

        int issued = 0;
        for (Future<Optional<Excess>> each : all) {
            issued += done(each).isEmpty() ? 1 : 0;
        }
        assertThat(issued).isEqualTo(3);
    }

    @Test
    void what_is_due_is_claimed_once_until_the_claim_is_due_itself() throws Exception {
        Upload issued = issued(ANN, 5);
        Upload received = received(ANN, 5);
        Upload kept = received(ANN, 5);
        keep(kept, NOW);
        assertThat(done(store.claimDue(SOON - 1, 10, LATER, any -> false)).claimed())
                .isEmpty();
        assertThat(done(store.claimDue(SOON, 10, LATER + 50, any -> false)).claimed())
                .containsExactly(issued.in(State.LAPSING, LATER + 50));
        assertThat(done(store.claimDue(SOON, 10, LATER + 50, any -> false)).claimed())
                .isEmpty();
        assertThat(done(store.claimDue(LATER, 10, LATER + 50, any -> false)).claimed())
                .containsExactly(received.in(State.ENDING, LATER + 50));
        assertThat(done(store.claimDue(LATER + 1, 10, LATER + 50, any -> false)).claimed())
                .containsExactly(kept.in(State.ENDING, LATER + 50));
        done(store.remove(kept.id()));
        assertThat(done(store.claimDue(LATER + 50, 10, LATER + 99, any -> false))
                        .claimed())
                .extracting(Upload::id)
                .containsExactlyInAnyOrder(issued.id(), received.id());
        assertThat(find(issued)).contains(issued.in(State.LAPSING, LATER + 99));
        assertThat(done(store.remove(issued.id()))).isTrue();
    }

    @Test
    void claim_takes_no_more_than_the_limit() throws Exception {
        for (int i = 0; i < 5; i++) {
            issued(ANN, 1);
        }

        assertThat(done(store.claimDue(SOON, 3, LATER, any -> false)).claimed()).hasSize(3);
        assertThat(done(store.claimDue(SOON, 3, LATER, any -> false)).claimed()).hasSize(2);
    }

    @Test
    void upload_that_has_not_ended_is_not_removed() throws Exception {
        Upload kept = received(ANN, 5);
        keep(kept, NOW);

        assertThat(done(store.remove(kept.id()))).isFalse();

        assertThat(find(kept)).isPresent();
        assertThat(done(store.end(kept.id(), LATER))).contains(kept.in(State.ENDING, LATER));
        assertThat(done(store.remove(kept.id()))).isTrue();
        assertThat(done(store.remove(kept.id()))).isFalse();
        assertThat(find(kept)).isEmpty();
        assertThat(done(store.end(kept.id(), LATER))).isEmpty();
    }

    @Test
    void pages_have_all_uploads() throws Exception {
        Set<Upload> all = new HashSet<>();
        for (int i = 0; i < 300; i++) {
            all.add(issued(ANN, 1));
        }
        all.add(issued(BOB, 1));

        assertThat(all()).isEqualTo(all);
    }

    @Test
    void rows_are_bound_to_the_first_folder() throws Exception {
        assertThat(done(store.boundFolder())).isEmpty();
        assertThat(done(store.bind("one"))).isEmpty();
        assertThat(done(store.boundFolder())).contains("one");
        assertThat(done(store.bind("two"))).contains("one");
        assertThat(done(store.bind("one"))).contains("one");
    }

    @Test
    void user_is_known_from_their_first_ticket_on_also_if_it_was_refused() throws Exception {
        SharePolicy policy = place(1_000, 1_000);
        Upload tooLarge = at(NOW, ANN, 999, "192.0.2.1");

        assertThat(done(store.issue(tooLarge, policy))).contains(Excess.SHARE);
        assertThat(done(store.issue(at(NOW + 999, ANN, 101, "192.0.2.1"), policy)))
                .contains(Excess.SHARE);
        assertThat(done(store.issue(at(NOW + 1_000, ANN, 101, "192.0.2.1"), policy)))
                .isEmpty();
        assertThat(done(store.issue(at(NOW + 1_000, BOB, 101, "192.0.2.1"), policy)))
                .contains(Excess.SHARE);
    }

    @Test
    void user_without_uploads_is_forgotten_when_not_seen_for_long() throws Exception {
        SharePolicy policy = place(1_000, 1_000);
        done(store.issue(at(NOW, BOB, 999, "192.0.2.1"), policy));
        Upload kept = at(NOW, ANN, 1, "192.0.2.1");
        done(store.issue(kept, policy));

        assertThat(done(store.forgetUnseen(NOW, 10))).isZero();
        assertThat(done(store.forgetUnseen(NOW + 1, 10))).isEqualTo(1);
        assertThat(done(store.issue(at(NOW + 2_000, ANN, 101, "192.0.2.1"), policy)))
                .isEmpty();
        assertThat(done(store.issue(at(NOW + 2_000, BOB, 101, "192.0.2.1"), policy)))
                .contains(Excess.SHARE);
        done(store.forget(BOB));
        assertThat(done(store.forgetUnseen(1, 10))).isEqualTo(1);
    }

    @Test
    void new_users_of_an_address_share_what_it_may_hold() throws Exception {
        SharePolicy policy = place(10_000, 1_000);
        for (int i = 0; i < 100; i++) {
            fill(new UserId("u" + i), "192.0.2.1", policy);
        }
        Upload there = at(NOW, ANN, 200, "192.0.2.1");
        Upload elsewhere = at(NOW, BOB, 200, "192.0.2.2");

        assertThat(done(store.issue(there, policy))).contains(Excess.ADDRESS);
        assertThat(done(store.issue(elsewhere, policy))).isEmpty();
        assertThat(done(store.all()).fileBytes()).isBetween(500L, 2_000L);
        assertThat(done(store.issue(at(NOW, ANN, 200, "192.0.2.1"), policy))).contains(Excess.ADDRESS);
        all().forEach(this::remove);
        assertThat(done(store.issue(there, policy))).isEmpty();
    }

    @Test
    void tickets_of_others_take_no_room_but_it_is_looked_for_when_they_are_used() throws Exception {
        SharePolicy policy = place(1_000, 1_000);
        List<Upload> issued = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            Upload upload = at(NOW, new UserId("u" + i), 20, "192.0.2." + i);
            assertThat(done(store.issue(upload, policy))).isEmpty();
            issued.add(upload);
        }

        int taken = 0;
        for (Upload upload : issued) {
            taken += done(store.take(upload.id(), upload.ticketHash(), NOW, LATER, policy))
                    .fold(any -> 1, excess -> excess.isPresent() ? 0 : -1_000);
        }

        assertThat(taken * 20).isBetween(300, 700);
        Upload refused = issued.get(199);
        assertThat(find(refused)).map(Upload::state).contains(State.ISSUED);
        issued.subList(0, 10).forEach(this::remove);
        assertThat(done(store.take(refused.id(), refused.ticketHash(), NOW, LATER, policy))
                        .isDone())
                .isTrue();
    }

    @Test
    void concurrent_uses_of_tickets_pass_no_share() throws Exception {
        SharePolicy policy = new SharePolicy(
                new UploadQuota(1 << 20, 1_000),
                new StorageShares(1_000, 0, 100, 10, 100_000),
                new Storage(1_000, false));
        List<Upload> issued = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            Upload upload = at(NOW, ANN, 10, "192.0.2.1");
            done(store.issue(upload, policy)); // the share of what is free is 100 as long as nothing is sent
            issued.add(upload);
        }

        done(Future.all(issued.stream()
                .map(upload -> store.take(upload.id(), upload.ticketHash(), NOW, LATER, policy))
                .toList()));

        assertThat(done(store.all()).fileBytes()).isEqualTo(80);
    }

    @Test
    void holders_are_listed_with_most_bytes_first() throws Exception {
        for (int i = 1; i <= 7; i++) {
            UserId owner = new UserId("u" + i);
            done(store.issue(at(NOW - i, owner, 10L * i, "192.0.2.1"), WIDE));
            done(store.issue(at(NOW, owner, 1, "192.0.2." + i), WIDE));
        }
        Upload ended = issued(BOB, 1_000_000);
        remove(ended);

        List<Holder> found = pages(from -> store.holders(from, 3), 3);

        assertThat(found)
                .extracting(each -> each.owner().value())
                .containsExactly("u7", "u6", "u5", "u4", "u3", "u2", "u1");
        assertThat(found.get(0)).isEqualTo(new Holder(new UserId("u7"), 71, 2, NOW - 7, List.of("192.0.2.7")));
        assertThat(done(store.all())).isEqualTo(new Sums(287, 0, 14, 14));
    }

    @Test
    void uploads_of_an_owner_are_listed_with_the_oldest_first() throws Exception {
        List<Upload> expected = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            Upload upload = at(NOW + i, ANN, 1, "192.0.2.1");
            done(store.issue(upload, WIDE));
            expected.add(upload);
            issued(new UserId("ann" + i), 1);
            issued(BOB, 1);
        }

        assertThat(pages(from -> store.of(ANN, from, 3), 3)).isEqualTo(expected);
        String other = UploadKeys.owned(expected.get(0)).key();
        assertThat(done(store.of(BOB, other, 100)).found())
                .as("whatever the caller says")
                .allMatch(upload -> upload.owner().equals(BOB));
        assertThat(done(store.of(BOB, "", 100)).found()).hasSize(8);
        assertThat(done(store.of(new UserId("an"), "", 3))).isEqualTo(new Page<>(List.of(), ""));
    }

    /** Sends files for as long as there are tickets for ever smaller ones. */
    private void fill(UserId owner, String address, SharePolicy policy) throws Exception {
        for (long size = 512; size > 0; size /= 2) {
            Upload upload = at(NOW, owner, size, address);
            if (done(store.issue(upload, policy)).isEmpty()) {
                done(store.take(upload.id(), upload.ticketHash(), NOW, LATER, policy));
            }
        }
    }

    /** Nothing is kept back; a new user may hold a tenth of what is free, new ones of an address two tenths, others all. */
    private static SharePolicy place(long bytes, long newMs) {
        return new SharePolicy(
                new UploadQuota(1 << 20, 1_000), new StorageShares(newMs, 0, 100, 10, 20), new Storage(bytes, false));
    }

    private static Upload at(long now, UserId owner, long size, String address) {
        return TestShares.upload(owner, "a.png", size, now, address);
    }

    /** Whatever happens, the sum of bytes is that of the rows, and the sum of pending ones too. */
    @Test
    void sums_agree_with_the_rows_after_any_steps() throws Exception {
        Random random = new Random(11);
        List<Upload> drawn = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            if (drawn.isEmpty() || random.nextInt(3) == 0) {
                drawn.add(issued(ANN, 1 + random.nextInt(1_000)));
            }
            step(random, drawn.get(random.nextInt(drawn.size())));
        }

        Set<Upload> rows = all();
        long bytes = rows.stream().mapToLong(Upload::size).sum();
        int pending =
                (int) rows.stream().filter(each -> each.state().isPending()).count();
        assertThat(rows).isNotEmpty();
        Upload one = upload(ANN, 1);
        assertThat(done(store.issue(one, TestShares.quota(bytes, 1_000)))).contains(Excess.BYTES);
        assertThat(done(store.issue(one, TestShares.quota(bytes + 1, pending)))).contains(Excess.PENDING);
        assertThat(done(store.all()).bytes()).isEqualTo(bytes);
        assertThat(done(store.issue(one, TestShares.quota(bytes + 1, pending + 1))))
                .isEmpty();
    }

    private void step(Random random, Upload upload) throws Exception {
        long now = NOW + random.nextInt(2_000);
        switch (random.nextInt(5)) {
            case 0 -> take(upload.id(), upload.ticketHash(), now);
            case 1 -> done(store.keep(upload.id(), now, LATER));
            case 2 -> done(store.end(upload.id(), LATER));
            case 3 -> done(store.remove(upload.id()));
            default -> done(store.claimDue(now, 2, LATER, any -> false));
        }
    }

    private Set<Upload> all() throws Exception {
        return Set.copyOf(pages(from -> store.page(from, 7), Integer.MAX_VALUE));
    }

    private static <T> List<T> pages(Function<String, Future<Page<T>>> read, int most) {
        List<T> found = new ArrayList<>();
        String from = "";
        do {
            Page<T> page = done(read.apply(from));
            assertThat(page.found()).hasSizeLessThanOrEqualTo(most);
            found.addAll(page.found());
            from = page.next();
        } while (!from.isEmpty());
        return found;
    }

    protected Upload issued(UserId owner, long size) throws Exception {
        Upload upload = upload(owner, size);
        assertThat(issue(upload)).isEmpty();
        return upload;
    }

    private Upload received(UserId owner, long size) throws Exception {
        Upload upload = issued(owner, size);
        assertThat(take(upload)).isPresent();
        return upload;
    }

    private static Upload upload(UserId owner, long size) {
        return TestShares.upload(owner, "a.png", size, NOW);
    }

    private Optional<Excess> issue(Upload upload) throws Exception {
        return done(store.issue(upload, WIDE));
    }

    private Optional<Upload> take(Upload upload) throws Exception {
        return take(upload.id(), upload.ticketHash(), NOW);
    }

    private Optional<Upload> take(FileId id, String hash, long now) throws Exception {
        return done(store.take(id, hash, now, LATER, WIDE)).fold(Optional::of, excess -> {
            assertThat(excess).isEmpty();
            return Optional.empty();
        });
    }

    private void remove(Upload upload) {
        done(store.end(upload.id(), LATER));
        done(store.remove(upload.id()));
    }

    private boolean keep(Upload upload, long now) throws Exception {
        return done(store.keep(upload.id(), now, LATER + 1));
    }

    protected Optional<Upload> find(Upload upload) throws Exception {
        return done(store.find(upload.id()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "[]", "KEPT|LOST", "\"ToRoom\"|\"ToAll\"", "\"ann\"|\"-ann\"", ",1,|,\"x\","})
    void unreadable_row_fails_the_read(String text) throws Exception {
        Upload upload = issued(ANN, 1);
        List<String> change = List.of(text.split("\\|", -1));
        String row = change.size() == 2
                ? UploadRows.FORM
                        .encode(upload.in(State.KEPT, 9))
                        .replaceFirst(Pattern.quote(change.get(0)), change.get(1))
                : text;
        RowKey key = UploadKeys.rowOf(upload.id());
        done(rows.change(UploadKeys.LANE, ReadSet.of(key), any -> RowStep.done("", WriteSet.of(key, row))));

        assertThatThrownBy(() -> find(upload)).isInstanceOf(StoreFailure.class);
    }

    @Test
    void removed_uploads_of_forgotten_user_leave_no_row() throws Exception {
        Upload upload = issued(ANN, 1);
        assertThat(rows.any(row -> true)).isTrue();

        done(store.end(upload.id(), 1));
        done(store.remove(upload.id()));
        done(store.forget(ANN));
        done(store.forgetUnseen(1, 10));

        assertThat(rows.any(row -> true)).isFalse();
    }
}
