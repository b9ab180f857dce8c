package dev.portcullis.audit.chain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.audit.EventName.Priority;
import dev.portcullis.audit.verify.Anchor;
import dev.portcullis.audit.verify.ChainVerifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which files go, and which events are taken when none may. */
class RetentionTest {
    private static final long DAY = TimeUnit.DAYS.toMillis(1);
    private static final long START = 1_700_000_000_000L;

    @TempDir
    Path folder;

    private final AtomicLong now = new AtomicLong(START);

    @Test
    void young_files_stay_and_events_are_taken_by_priority() throws IOException {
        try (WrittenChain chain = open()) {
            fill(chain, 3);
            assertThat(chain.writer().taken()).isEqualTo(EnumSet.allOf(Priority.class));
            fill(chain, 5);
            assertThat(chain.writer().taken()).containsExactlyInAnyOrder(Priority.REFUSAL, Priority.FACT);
            fill(chain, 7);
            assertThat(chain.writer().taken()).containsExactly(Priority.FACT);
            fill(chain, 8);
            assertThat(chain.writer().taken()).isEmpty();
            assertThat(files().get(0).first()).isEqualTo(1);
        }
        try (WrittenChain again = open()) {
            assertThat(again.writer().taken()).isEmpty();
            now.addAndGet(10 * DAY);
            again.events(1);
            assertThat(again.writer().taken()).isEqualTo(EnumSet.allOf(Priority.class));
            assertThat(files()).hasSizeLessThanOrEqualTo(4);
            assertThat(whole(again.checkpoint())).isTrue();
        }
    }

    @Test
    void old_files_go_also_if_they_are_few() throws IOException {
        try (WrittenChain chain = open()) {
            fill(chain, 3);
            now.addAndGet(30 * DAY - 1_000);
            chain.events(1);
            assertThat(files()).hasSize(3);
            now.addAndGet(1_000 + 60_000);
            chain.events(1);
            assertThat(files()).hasSize(1);
            assertThat(whole(chain.checkpoint())).isTrue();
        }
    }

    @Test
    void no_file_goes_before_an_older_one_where_the_clock_was_set_back() throws IOException {
        now.addAndGet(40 * DAY);
        try (WrittenChain chain = open()) {
            fill(chain, 3);
            now.addAndGet(-40 * DAY);
            fill(chain, 5);
            now.addAndGet(35 * DAY);
            chain.events(1);
            assertThat(files()).hasSizeGreaterThanOrEqualTo(5);
            assertThat(files().get(0).first()).isEqualTo(1);
            assertThat(whole(chain.checkpoint())).isTrue();
        }
    }

    @Test
    void file_goes_only_once_the_store_knows_that_a_rule_deletes_it() throws IOException {
        try (WrittenChain chain = open()) {
            fill(chain, 3);
            chain.storeIsSilent(true);
            now.addAndGet(40 * DAY);
            chain.events(1);
            assertThat(files()).hasSize(3);
            assertThat(Files.readString(files().get(2).path())).contains("audit.deleted");

            chain.storeIsSilent(false);
            chain.events(1);
            assertThat(files()).hasSize(1);
            assertThat(whole(chain.checkpoint())).isTrue();
        }
    }

    @Test
    void disk_is_bounded_while_the_store_is_silent() throws IOException {
        try (WrittenChain chain = open()) {
            fill(chain, 4);
            chain.storeIsSilent(true);
            now.addAndGet(10 * DAY);
            fill(chain, 5);
            assertThat(chain.writer().taken()).isEqualTo(EnumSet.allOf(Priority.class));
            now.addAndGet(10 * DAY);
            fill(chain, 9);
            assertThat(chain.writer().taken()).isEmpty();

            chain.storeIsSilent(false);
            now.addAndGet(10 * DAY);
            chain.events(2);
            assertThat(files()).hasSizeLessThanOrEqualTo(4);
            assertThat(chain.writer().taken()).isEqualTo(EnumSet.allOf(Priority.class));
        }
    }

    @Test
    void file_that_changes_while_its_deletion_waits_for_the_store_is_left_alone() throws IOException {
        Path touched;
        try (WrittenChain chain = open()) {
            fill(chain, 3);
            touched = files().get(1).path();
            chain.storeIsSilent(true);
            now.addAndGet(40 * DAY);
            chain.events(1);
            Files.writeString(touched, Files.readString(touched) + "mallory\n");
            chain.storeIsSilent(false);
            chain.events(1);
        }
        assertThat(files()).hasSize(2).anyMatch(each -> each.path().equals(touched));
    }

    @Test
    void file_that_no_longer_ends_as_it_did_is_left_alone() throws IOException {
        Path touched;
        try (WrittenChain chain = open()) {
            fill(chain, 3);
            touched = files().get(1).path();
            Files.writeString(touched, Files.readString(touched) + "mallory\n");
            now.addAndGet(40 * DAY);
            chain.events(1);
        }
        assertThat(files()).hasSize(2).anyMatch(each -> each.path().equals(touched));
    }

    @Test
    void files_of_another_key_go_once_the_first_file_of_this_key_is_old_enough() throws IOException {
        ChainHead head;
        try (WrittenChain chain = open()) {
            fill(chain, 6);
            head = chain.checkpoint();
        }
        Files.delete(folder.resolve("audit.key"));
        now.addAndGet(20 * DAY);
        try (WrittenChain chain = WrittenChain.open(folder, config(), Optional.of(head), now)) {
            fill(chain, 8);
            assertThat(chain.writer().taken()).isEqualTo(EnumSet.allOf(Priority.class));
            now.addAndGet(29 * DAY);
            chain.events(1);
            assertThat(files().get(0).first()).isEqualTo(1);
            now.addAndGet(2 * DAY);
            chain.events(1);
            assertThat(files().get(0).first()).isGreaterThan(head.n());
        }
    }

    @Test
    void beginning_is_proven_though_the_node_ended_before_it_had_deleted_all() throws IOException {
        byte[] second;
        Path name;
        ChainHead head;
        try (WrittenChain chain = open()) {
            fill(chain, 3);
            name = files().get(1).path();
            second = Files.readAllBytes(name);
            now.addAndGet(40 * DAY);
            chain.events(1);
            head = chain.checkpoint();
        }
        assertThat(name).doesNotExist();
        Files.write(name, second);

        assertThat(whole(head)).isTrue();
    }

    private void fill(WrittenChain chain, int files) throws IOException {
        while (files().size() < files) {
            chain.events(1);
        }
    }

    private WrittenChain open() throws IOException {
        return WrittenChain.open(folder, config(), Optional.empty(), now);
    }

    private static AuditFileConfig config() {
        AuditFileConfig base = WrittenChain.config(3_000, 4);
        return new AuditFileConfig(
                base.path(),
                base.chain(),
                new AuditFileConfig.Rotation(3_000, Long.MAX_VALUE, 4, 3, 30, 7),
                base.fsync(),
                base.checkpoints(),
                base.key(),
                base.queue(),
                base.reserved(),
                base.onFailure());
    }

    private boolean whole(ChainHead head) throws IOException {
        return ChainVerifier.verify(folder, WrittenChain.NAME, List.of(), Anchor.of(Optional.of(head)))
                .isWhole();
    }

    private List<ChainFile> files() throws IOException {
        return ChainFile.all(folder, WrittenChain.NAME);
    }
}
