package dev.portcullis.audit.verify;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.audit.chain.ChainFile;
import dev.portcullis.audit.chain.ChainHead;
import dev.portcullis.audit.chain.WrittenChain;
import dev.portcullis.audit.verify.ChainReport.Finding;
import dev.portcullis.audit.verify.ChainReport.Finding.Kind;
import dev.portcullis.config.crypto.PublicKeyPem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChainVerifierTest {
    private static final int EVENTS = 60;
    private static final long SMALL = 6_000;

    @TempDir
    static Path written;

    @TempDir
    Path folder;

    private static ChainHead head = new ChainHead(1, "", "");
    private List<ChainFile> files = List.of();

    @BeforeAll
    static void write() throws IOException {
        head = WrittenChain.write(written, EVENTS, SMALL);
    }

    @BeforeEach
    void copy() throws IOException {
        Forger.copy(written, folder);
        files = ChainFile.all(folder, WrittenChain.NAME);
        assertThat(files).hasSizeBetween(4, 20);
    }

    @Test
    void files_are_listed_again_if_a_rule_deletes_one_meanwhile(@TempDir Path running) throws IOException {
        List<ChainFile> before;
        ChainHead last;
        try (WrittenChain chain = WrittenChain.open(running, WrittenChain.config(SMALL, 2), Optional.empty())) {
            chain.events(1);
            before = ChainFile.all(running, WrittenChain.NAME);
            chain.events(EVENTS);
            last = chain.checkpoint();
        }
        assertThat(before.get(0).path()).doesNotExist();
        Iterator<List<ChainFile>> listings = List.of(before, before, ChainFile.all(running, WrittenChain.NAME))
                .iterator();

        ChainReport report =
                ChainVerifier.verify(listings::next, WrittenChain.NAME, List.of(), Anchor.of(Optional.of(last)));

        assertThat(report.findings()).isEmpty();
        assertThat(report.isProven()).isTrue();
        assertThatThrownBy(() ->
                        ChainVerifier.verify(() -> before, WrittenChain.NAME, List.of(), Anchor.of(Optional.of(last))))
                .isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void untouched_chain_is_whole_and_its_end_is_proven_by_the_store() throws IOException {
        ChainReport report = verify(anchor());

        assertThat(report.findings()).isEmpty();
        assertThat(report.isProven()).isTrue();
        assertThat(report.last()).isEqualTo(head.n());
        assertThat(report.signed()).isEqualTo(head.n());
        assertThat(report.lines()).isEqualTo(head.n());
        assertThat(report.keys()).containsExactly(head.key());
    }

    @Test
    void end_is_unproven_without_a_store() throws IOException {
        ChainReport report = verify(Anchor.none("no store was asked"));

        assertThat(report.isWhole()).isTrue();
        assertThat(report.isProven()).isFalse();
        assertThat(unproven(report)).contains("no store was asked");
    }

    @Test
    void lines_behind_the_recorded_head_are_unproven() throws IOException {
        ChainHead earlier;
        try (WrittenChain chain =
                WrittenChain.open(folder, WrittenChain.config(WrittenChain.LARGE, 1_000), Optional.of(head))) {
            chain.events(3);
            earlier = chain.checkpoint();
            chain.events(2);
        }
        ChainReport report = verify(Anchor.of(Optional.of(earlier)));

        assertThat(report.findings()).isEmpty();
        assertThat(report.isProven()).isFalse();
        assertThat(report.end().<Long>fold(behind -> behind, why -> -1L)).isEqualTo(2L);
    }

    @Test
    void each_changed_byte_of_a_file_is_found_on_its_line() throws IOException {
        ChainFile file = files.get(1);
        byte[] all = Files.readAllBytes(file.path());
        Random random = new Random(7);
        for (int at = 0; at < all.length; at += 1 + random.nextInt(90)) {
            byte[] changed = all.clone();
            changed[at] ^= (byte) (1 << random.nextInt(7));
            Files.write(file.path(), changed);

            ChainReport report = verify(anchor());

            assertThat(report.findings()).as("byte %d", at).isNotEmpty();
            assertThat(report.findings().get(0).file()).isEqualTo(file.name());
            assertThat(report.findings().get(0).line()).as("byte %d", at).isEqualTo(lineOf(all, at));
        }
    }

    @RepeatedTest(20)
    void removed_line_is_found_where_it_was(RepetitionInfo round) throws IOException {
        List<String> lines = new ArrayList<>(lines(files.get(1)));
        int at = round.getCurrentRepetition() % (lines.size() - 1);
        lines.remove(at);
        rewrite(files.get(1), lines);

        Finding first = verify(anchor()).findings().get(0);

        assertThat(first.file()).isEqualTo(files.get(1).name());
        assertThat(first.line()).isEqualTo(at + 1L);
    }

    @Test
    void last_line_of_a_file_removed_is_found_in_the_next_file() throws IOException {
        List<String> lines = lines(files.get(1));
        rewrite(files.get(1), lines.subList(0, lines.size() - 1));

        Finding first = verify(anchor()).findings().get(0);

        assertThat(first.kind()).isEqualTo(Kind.MISSING);
        assertThat(first.file()).isEqualTo(files.get(2).name());
        assertThat(first.line()).isEqualTo(1);
    }

    @RepeatedTest(20)
    void two_lines_that_changed_places_are_found(RepetitionInfo round) throws IOException {
        List<String> lines = new ArrayList<>(lines(files.get(2)));
        int at = round.getCurrentRepetition() % (lines.size() - 1);
        Collections.swap(lines, at, at + 1);
        rewrite(files.get(2), lines);

        Finding first = verify(anchor()).findings().get(0);

        assertThat(first.file()).isEqualTo(files.get(2).name());
        assertThat(first.line()).isEqualTo(at + 1L);
    }

    @RepeatedTest(10)
    void line_that_stands_twice_is_found(RepetitionInfo round) throws IOException {
        List<String> lines = new ArrayList<>(lines(files.get(1)));
        int at = round.getCurrentRepetition() % lines.size();
        lines.add(at, lines.get(at));
        rewrite(files.get(1), lines);

        Finding first = verify(anchor()).findings().get(0);

        assertThat(first.kind()).isEqualTo(Kind.REPEATED);
        assertThat(first.line()).isEqualTo(at + 2L);
    }

    @Test
    void inserted_text_is_found() throws IOException {
        List<String> lines = new ArrayList<>(lines(files.get(1)));
        lines.add(3, "{\"n\":7,\"event\":\"ws.connect\"}");
        rewrite(files.get(1), lines);

        Finding first = verify(anchor()).findings().get(0);

        assertThat(first.kind()).isEqualTo(Kind.UNREADABLE);
        assertThat(first.line()).isEqualTo(4);
    }

    @RepeatedTest(20)
    void cut_end_is_found_wherever_it_is_cut(RepetitionInfo round) throws IOException {
        ChainFile last = files.get(files.size() - 1);
        byte[] all = Files.readAllBytes(last.path());
        int left = all.length * (round.getCurrentRepetition() - 1) / round.getTotalRepetitions();
        Files.write(last.path(), Arrays.copyOf(all, left));

        ChainReport report = verify(anchor());

        assertThat(report.findings()).extracting(Finding::kind).contains(Kind.TRUNCATED);
        assertThat(report.isWhole()).isFalse();
    }

    @Test
    void cut_end_at_a_line_is_unseen_without_a_store_and_said_to_be_unproven() throws IOException {
        Files.delete(files.get(files.size() - 1).path());

        ChainReport report = verify(Anchor.none("no store was asked"));

        assertThat(report.isWhole()).isTrue();
        assertThat(unproven(report)).isNotEmpty();
    }

    @Test
    void each_removed_file_is_found() throws IOException {
        for (ChainFile file : files) {
            byte[] all = Files.readAllBytes(file.path());
            Files.delete(file.path());

            assertThat(verify(anchor()).findings()).as(file.name()).isNotEmpty();

            Files.write(file.path(), all);
        }
        assertThat(verify(anchor()).isProven()).isTrue();
    }

    @Test
    void folder_without_files_lacks_what_the_store_knows() throws IOException {
        for (ChainFile file : files) {
            Files.delete(file.path());
        }

        assertThat(verify(anchor()).findings()).extracting(Finding::kind).containsExactly(Kind.TRUNCATED);
    }

    @Test
    void renamed_file_is_found() throws IOException {
        Path moved = folder.resolve(files.get(1).name().replaceAll("[0-9]{16}", "0000000000000999"));
        Files.move(files.get(1).path(), moved);

        assertThat(verify(anchor()).findings()).isNotEmpty();
    }

    /** Everything is written again with another key, and fits itself. */
    @Test
    void chain_that_was_written_again_is_found_by_the_store_and_by_the_key(@TempDir Path forged) throws IOException {
        PublicKey trusted = publicKey(folder);
        ChainHead other = WrittenChain.write(forged, EVENTS, SMALL);
        assertThat(other.n()).isEqualTo(head.n());

        assertThat(verify(forged, List.of(), anchor()).findings())
                .extracting(Finding::kind)
                .containsExactly(Kind.OTHER_HISTORY);
        assertThat(verify(forged, List.of(trusted), Anchor.none("")).findings())
                .extracting(Finding::kind)
                .contains(Kind.UNKNOWN_KEY, Kind.UNSIGNED);
        assertThat(verify(folder, List.of(trusted), anchor()).isProven()).isTrue();
    }

    /** The forger recomputes every hash from a line on, but can't sign. */
    @Test
    void recomputed_hashes_are_found_by_the_next_signature() throws IOException {
        List<String> all = new ArrayList<>();
        for (ChainFile file : files) {
            all.addAll(lines(file));
        }
        int at = 15;
        while (!all.get(at).contains("user-")) {
            at++;
        }
        all.set(at, all.get(at).replace("user-", "mallory-"));
        List<String> forged = IndependentReader.rehash(all, at);
        int from = 0;
        for (ChainFile file : files) {
            int count = lines(file).size();
            rewrite(file, forged.subList(from, from + count));
            from += count;
        }

        List<Finding> findings = verify(Anchor.none("")).findings();

        assertThat(findings).extracting(Finding::kind).containsOnly(Kind.BAD_SIGNATURE, Kind.UNSIGNED);
    }

    @Test
    void lines_that_were_deleted_by_rule_are_vouched_for_by_those_that_are_left(@TempDir Path kept) throws IOException {
        ChainHead newest;
        try (WrittenChain chain = WrittenChain.open(kept, WrittenChain.config(SMALL, 3), Optional.empty())) {
            chain.events(200);
            newest = chain.checkpoint();
        }
        List<ChainFile> left = ChainFile.all(kept, WrittenChain.NAME);
        assertThat(left).hasSize(3);

        ChainReport report = verify(kept, List.of(), Anchor.of(Optional.of(newest)));
        assertThat(report.findings()).isEmpty();
        assertThat(report.first()).isEqualTo(left.get(0).first()).isGreaterThan(1);
        assertThat(report.isProven()).isTrue();

        Files.delete(left.get(0).path());
        assertThat(verify(kept, List.of(), Anchor.of(Optional.of(newest))).findings())
                .extracting(Finding::kind)
                .containsExactly(Kind.MISSING);
    }

    @Test
    void endless_line_takes_no_memory() throws IOException {
        byte[] block = new byte[1 << 20];
        Arrays.fill(block, (byte) 'x');
        try (var out = Files.newOutputStream(files.get(1).path())) {
            for (int i = 0; i < 64; i++) {
                out.write(block);
            }
        }

        assertThat(verify(anchor()).findings()).isNotEmpty();
    }

    @Test
    void findings_are_counted_and_the_first_are_kept() throws IOException {
        for (ChainFile file : files) {
            rewrite(file, Collections.nCopies(100, "x"));
        }

        ChainReport report = verify(anchor());

        assertThat(report.wrong()).isGreaterThan(300);
        assertThat(report.findings()).hasSize(100);
    }

    private Anchor anchor() {
        return Anchor.of(Optional.of(head));
    }

    private ChainReport verify(Anchor anchor) throws IOException {
        return verify(folder, List.of(), anchor);
    }

    private static ChainReport verify(Path folder, List<PublicKey> trusted, Anchor anchor) throws IOException {
        return ChainVerifier.verify(folder, WrittenChain.NAME, trusted, anchor);
    }

    private static PublicKey publicKey(Path folder) throws IOException {
        return PublicKeyPem.read(Files.readString(folder.resolve("audit.pub"))).orElseThrow();
    }

    private static String unproven(ChainReport report) {
        return report.end().fold(behind -> "", why -> why);
    }

    private static long lineOf(byte[] all, int at) {
        long line = 1;
        for (int i = 0; i < at; i++) {
            if (all[i] == '\n') {
                line++;
            }
        }
        return line;
    }

    private static List<String> lines(ChainFile file) throws IOException {
        return Files.readAllLines(file.path(), US_ASCII);
    }

    private static void rewrite(ChainFile file, List<String> lines) throws IOException {
        Files.write(file.path(), lines, US_ASCII);
    }
}
