package dev.portcullis.audit.chain;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.audit.verify.Anchor;
import dev.portcullis.audit.verify.ChainReport;
import dev.portcullis.audit.verify.ChainReport.Finding;
import dev.portcullis.audit.verify.ChainVerifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a chain goes on after a stop, a crash, or a change behind its back. */
class ChainStartTest {
    @TempDir
    Path folder;

    @Test
    void chain_goes_on_in_the_same_file_after_a_stop() throws IOException {
        ChainHead head = WrittenChain.write(folder, 15, WrittenChain.LARGE);

        ChainHead next = goOn(Optional.of(head));

        assertThat(files()).hasSize(1);
        assertThat(report(next).isProven()).isTrue();
        assertThat(next.n()).isEqualTo(head.n() + 2);
    }

    @RepeatedTest(30)
    void line_that_a_crash_cut_off_is_closed_off_and_the_chain_stays_whole(RepetitionInfo round) throws IOException {
        WrittenChain.write(folder, 15, WrittenChain.LARGE);
        byte[] all = Files.readAllBytes(files().get(0).path());
        Files.write(files().get(0).path(), Arrays.copyOf(all, all.length - 1 - 7 * (round.getCurrentRepetition() - 1)));

        ChainHead next = goOn(Optional.empty());

        assertThat(report(next).findings()).isEmpty();
        assertThat(text()).contains("\"event\":\"audit.recovered\"").contains("\"reason\":\"torn\"");
    }

    @Test
    void file_that_was_only_begun_is_begun_again() throws IOException {
        ChainHead head = WrittenChain.write(folder, 15, WrittenChain.LARGE);
        Files.writeString(ChainFile.in(folder, WrittenChain.NAME, head.n() + 1).path(), "{\"n\":");

        ChainHead next = goOn(Optional.of(head));

        assertThat(report(next).findings()).isEmpty();
        assertThat(text()).contains("\"reason\":\"empty\"").contains("\"bytes\":5");
    }

    @Test
    void damaged_last_line_is_kept_aside_as_it_is() throws IOException {
        WrittenChain.write(folder, 15, WrittenChain.LARGE);
        Path file = files().get(0).path();
        byte[] all = Files.readAllBytes(file);
        Arrays.fill(all, all.length - 40, all.length - 1, (byte) 0);
        Files.write(file, all);

        ChainHead next = goOn(Optional.empty());

        byte[] aside = Files.readAllBytes(Path.of(file + ".foreign-1"));
        assertThat(aside).isEqualTo(Arrays.copyOfRange(all, all.length - aside.length, all.length));
        assertThat(Files.readAllBytes(file)).startsWith(Arrays.copyOf(all, all.length - aside.length));
        assertThat(report(next).findings()).extracting(Finding::kind).containsExactly(Finding.Kind.FOREIGN);
    }

    @Test
    void cut_end_is_named_by_the_chain_itself_and_its_number_is_never_used_again() throws IOException {
        ChainHead head = WrittenChain.write(folder, 15, WrittenChain.LARGE);
        List<String> lines = Files.readAllLines(files().get(0).path(), US_ASCII);
        Files.write(files().get(0).path(), lines.subList(0, 10), US_ASCII);

        ChainHead next = goOn(Optional.of(head));

        assertThat(next.n()).isGreaterThan(head.n());
        assertThat(text()).contains("\"event\":\"audit.gap\"").contains("\"from\":11,\"to\":" + head.n());
        assertThat(report(next).findings())
                .extracting(Finding::kind)
                .containsExactly(Finding.Kind.MISSING, Finding.Kind.GAP);
    }

    @Test
    void emptied_folder_is_named_by_the_chain_itself() throws IOException {
        ChainHead head = WrittenChain.write(folder, 15, WrittenChain.LARGE);
        Files.delete(files().get(0).path());

        ChainHead next = goOn(Optional.of(head));

        assertThat(files())
                .singleElement()
                .satisfies(each -> assertThat(each.first()).isEqualTo(head.n() + 1));
        assertThat(text()).contains("\"from\":1,\"to\":" + head.n());
        assertThat(report(next).findings())
                .extracting(Finding::kind)
                .containsExactly(Finding.Kind.GAP, Finding.Kind.MISSING);
    }

    @Test
    void chain_that_was_written_again_is_named_by_the_chain_itself(@TempDir Path other) throws IOException {
        ChainHead head = WrittenChain.write(other, 15, WrittenChain.LARGE);
        ChainHead here = WrittenChain.write(folder, 15, WrittenChain.LARGE);
        assertThat(here.n()).isEqualTo(head.n());

        ChainHead next = goOn(Optional.of(head));

        assertThat(report(next).findings()).extracting(Finding::kind).containsExactly(Finding.Kind.GAP);
    }

    @Test
    void other_key_begins_another_file_that_names_it() throws IOException {
        ChainHead head = WrittenChain.write(folder, 15, WrittenChain.LARGE);
        Files.delete(folder.resolve("audit.key"));

        ChainHead next = goOn(Optional.of(head));

        ChainReport report = report(next);
        assertThat(report.isProven()).isTrue();
        assertThat(files()).hasSize(2);
        assertThat(report.keys()).containsExactlyInAnyOrder(head.key(), next.key());
        assertThat(next.key()).isNotEqualTo(head.key());
    }

    @Test
    void deletion_that_the_store_does_not_know_is_no_gap_while_the_file_is_there() throws IOException {
        ChainHead known = endWhileTheStoreIsSilent();
        ChainFile oldest = files().get(0);

        ChainHead next = goOn(Optional.of(known));

        assertThat(oldest.path()).exists();
        assertThat(report(next).findings()).isEmpty();
        assertThat(text()).contains("\"reason\":\"not_deleted\"").doesNotContain("audit.gap");
        Files.delete(oldest.path());
        assertThat(report(next).findings()).extracting(Finding::kind).containsExactly(Finding.Kind.MISSING);
    }

    @Test
    void deletion_that_was_taken_back_is_done_by_the_next_rule() throws IOException {
        ChainHead known = endWhileTheStoreIsSilent();
        ChainFile oldest = files().get(0);

        AtomicLong later = new AtomicLong(1_700_000_100_000L);
        ChainHead next;
        try (WrittenChain chain =
                WrittenChain.open(folder, WrittenChain.config(WrittenChain.LARGE, 2), Optional.of(known), later)) {
            chain.events(1);
            next = chain.checkpoint();
        }

        assertThat(oldest.path()).doesNotExist();
        assertThat(report(next).findings()).isEmpty();
    }

    @Test
    void deletion_that_the_store_does_not_know_is_a_gap_if_the_file_was_replaced() throws IOException {
        ChainHead known = endWhileTheStoreIsSilent();
        List<String> lines = Files.readAllLines(files().get(0).path(), US_ASCII);
        Files.write(files().get(0).path(), lines.subList(0, lines.size() - 1), US_ASCII);

        ChainHead next = goOn(Optional.of(known));

        assertThat(report(next).findings()).extracting(Finding::kind).contains(Finding.Kind.GAP);
    }

    /** A rule deletes a file, and the node ends before the store knows that. Returns what the store knows. */
    private ChainHead endWhileTheStoreIsSilent() throws IOException {
        try (WrittenChain chain = WrittenChain.open(folder, WrittenChain.config(3_000, 2), Optional.empty())) {
            chain.events(1);
            chain.storeIsSilent(true);
            while (!text().contains("audit.deleted")) {
                ChainHead known = chain.checkpoint();
                while (!text().contains("audit.deleted") && chain.writer().lines() < known.n() + 3) {
                    chain.events(1);
                }
                if (text().contains("audit.deleted")) {
                    return known;
                }
            }
        }
        throw new AssertionError("no rule deleted a file");
    }

    @Test
    void file_that_is_deleted_under_the_writer_is_followed_by_another_one() throws IOException {
        ChainHead last;
        try (WrittenChain chain =
                WrittenChain.open(folder, WrittenChain.config(WrittenChain.LARGE, 10), Optional.empty())) {
            chain.events(5);
            Files.delete(files().get(0).path());
            chain.events(5);
            last = chain.checkpoint();
        }
        assertThat(text()).contains("\"reason\":\"file_missing\"");
        assertThat(report(last).findings()).extracting(Finding::kind).containsExactly(Finding.Kind.MISSING);
    }

    @Test
    void folder_is_written_by_one_at_a_time_and_read_by_its_owner_only() throws IOException {
        try (WrittenChain chain =
                WrittenChain.open(folder, WrittenChain.config(WrittenChain.LARGE, 10), Optional.empty())) {
            chain.events(1);
            assertThatThrownBy(() -> WrittenChain.write(folder, 1, WrittenChain.LARGE))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("writes there");
        }
        for (String name : List.of("audit.key", files().get(0).name())) {
            assertThat(Files.getPosixFilePermissions(folder.resolve(name))).hasSize(2);
        }
        assertThat(WrittenChain.write(folder, 1, WrittenChain.LARGE).n()).isPositive();
    }

    @Test
    void public_key_is_written_only_if_it_is_not_there() throws IOException {
        ChainHead head = WrittenChain.write(folder, 3, WrittenChain.LARGE);
        Path file = folder.resolve("audit.pub");
        String key = Files.readString(file);
        Object written = Files.readAttributes(file, BasicFileAttributes.class).fileKey();

        head = goOn(Optional.of(head));
        assertThat(Files.readAttributes(file, BasicFileAttributes.class).fileKey())
                .isEqualTo(written);

        Files.writeString(file, key.toLowerCase(Locale.ROOT));
        goOn(Optional.of(head));
        assertThat(file).hasContent(key);
    }

    @Test
    void foreign_file_in_the_folder_is_left_alone() throws IOException {
        Path foreign = folder.resolve("audit-node-a-1.jsonl");
        Files.writeString(foreign, "mine", StandardOpenOption.CREATE_NEW);

        ChainHead head = WrittenChain.write(folder, 3, WrittenChain.LARGE);

        assertThat(report(head).isProven()).isTrue();
        assertThat(Files.readString(foreign)).isEqualTo("mine");
    }

    private ChainHead goOn(Optional<ChainHead> recorded) throws IOException {
        try (WrittenChain chain = WrittenChain.open(folder, WrittenChain.config(WrittenChain.LARGE, 1_000), recorded)) {
            chain.events(1);
            return chain.checkpoint();
        }
    }

    private ChainReport report(ChainHead head) throws IOException {
        return ChainVerifier.verify(folder, WrittenChain.NAME, List.of(), Anchor.of(Optional.of(head)));
    }

    private List<ChainFile> files() throws IOException {
        return ChainFile.all(folder, WrittenChain.NAME);
    }

    private String text() throws IOException {
        StringBuilder all = new StringBuilder();
        for (ChainFile file : files()) {
            all.append(Files.readString(file.path(), java.nio.charset.StandardCharsets.ISO_8859_1));
        }
        return all.toString();
    }
}
