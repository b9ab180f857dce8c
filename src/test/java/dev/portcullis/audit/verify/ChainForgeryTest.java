package dev.portcullis.audit.verify;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.audit.chain.ChainFile;
import dev.portcullis.audit.chain.ChainHead;
import dev.portcullis.audit.chain.WrittenChain;
import dev.portcullis.audit.verify.ChainReport.Finding;
import dev.portcullis.audit.verify.ChainReport.Finding.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each way to forge a history, by one who writes in the folder; with the start of the node behind it. */
class ChainForgeryTest {
    @TempDir
    static Path written;

    private static ChainHead head = new ChainHead(1, "", "");

    @TempDir
    Path folder;

    private Forger forger = new Forger(Path.of("."));
    private List<PublicKey> keys = List.of();

    @BeforeAll
    static void write() throws IOException {
        head = WrittenChain.write(written, 60, 6_000);
    }

    @BeforeEach
    void copy() throws IOException {
        Forger.copy(written, folder);
        forger = new Forger(folder);
        keys = List.of(forger.publicKey());
    }

    @Test
    void untouched_chain_goes_on_and_is_proven() throws IOException {
        ChainHead next = forger.restart(Optional.of(head));

        assertThat(byStore(next).isProven()).isTrue();
        assertThat(byKey().findings()).isEmpty();
    }

    @Test
    void dropped_beginning_of_a_file_is_named() throws IOException {
        for (int file : List.of(1, forger.files().size() - 1)) {
            List<String> lines = Forger.lines(forger.file(file));
            Forger.rewrite(forger.file(file), lines.subList(1, lines.size()));
        }
        ChainHead next = forger.restart(Optional.of(head));

        assertThat(byKey().findings().get(0).toString())
                .startsWith(forger.file(1).name() + ":1: replaced");
        assertThat(byStore(next).findings())
                .extracting(Finding::file)
                .contains(forger.file(1).name());
    }

    @Test
    void all_files_but_the_newest_are_missed() throws IOException {
        assertThat(forger.cutBeginning()).isNotEmpty();
        ChainHead next = forger.restart(Optional.of(head));

        assertThat(byStore(next).findings()).extracting(Finding::kind).containsExactly(Kind.MISSING);
        assertThat(byKey().findings()).extracting(Finding::kind).containsExactly(Kind.MISSING);
    }

    @Test
    void invented_deletion_is_not_believed_and_never_signed() throws IOException {
        forger.append(forger.newest(), "audit.deleted", forger.cutBeginning());
        ChainFile newest = forger.newest();
        long line = Forger.lines(newest).size();

        assertThat(byKey().findings()).extracting(Finding::kind).containsExactly(Kind.MISSING);
        assertThat(byStore(head).findings()).extracting(Finding::kind).containsExactly(Kind.MISSING);

        for (Optional<ChainHead> recorded : List.of(Optional.of(head), Optional.<ChainHead>empty())) {
            assertThat(forger.restart(recorded).n()).isGreaterThan(head.n());
            assertThat(byKey().findings()).extracting(Finding::kind).containsExactly(Kind.FOREIGN, Kind.MISSING);
            assertThat(byKey().findings().get(0).toString()).startsWith(newest.name() + ":" + line + ": foreign");
        }
        assertThat(Files.readString(folder.resolve(newest.name() + ".foreign-1")))
                .contains(Forger.MARK);
    }

    @Test
    void invented_lines_of_the_time_the_node_was_down_are_set_aside_and_named() throws IOException {
        ChainFile newest = forger.newest();
        int before = Forger.lines(newest).size();
        for (int i = 0; i < 20; i++) {
            forger.append(newest, "auth.login.success", ",\"userId\":\"mallory-" + i + '"');
        }
        ChainHead next = forger.restart(Optional.empty());

        assertThat(Forger.lines(newest)).noneMatch(line -> line.contains("mallory-"));
        assertThat(byStore(next).findings())
                .singleElement()
                .satisfies(each -> assertThat(each.toString())
                        .startsWith(newest.name() + ":" + (before + 1) + ": foreign")
                        .contains(newest.name() + ".foreign-1"));
        assertThat(forger.everything()).contains("mallory-0\"", "mallory-19\"");
    }

    @Test
    void lines_of_another_chain_of_the_same_key_are_foreign(@TempDir Path other) throws IOException {
        Files.copy(folder.resolve("audit.key"), other.resolve("audit.key"));
        ChainFile newest = forger.newest();
        WrittenChain.writeAs("node-b", other, 60, 6_000);
        ChainFile theirs = ChainFile.all(other, "node-b").stream()
                .filter(each -> each.first() == newest.first())
                .findFirst()
                .orElseThrow();
        Forger.rewrite(newest, Forger.lines(theirs));

        assertThat(forger.restart(Optional.empty()).n()).isPositive();

        assertThat(byKey().findings()).extracting(Finding::kind).contains(Kind.FOREIGN);
        assertThat(Files.exists(folder.resolve(newest.name() + ".foreign-1"))).isTrue();
    }

    @Test
    void lines_rewritten_behind_the_last_checkpoint_are_found_by_their_own_node() throws IOException {
        try (WrittenChain chain =
                WrittenChain.open(folder, WrittenChain.config(WrittenChain.LARGE, 1_000), Optional.of(head))) {
            chain.events(5); // and the power goes
        }
        ChainFile newest = forger.newest();
        List<String> lines = Forger.lines(newest);
        int at = lines.size() - 3;
        lines.set(at, lines.get(at).replace("user-", "mallory-"));
        Forger.rewrite(newest, IndependentReader.rehash(lines, at));

        forger.restart(Optional.of(head));

        assertThat(byKey().findings())
                .singleElement()
                .satisfies(
                        each -> assertThat(each.toString()).startsWith(newest.name() + ":" + (at + 1) + ": foreign"));
    }

    @Test
    void history_rewritten_without_checkpoints_over_files_is_unsigned() throws IOException {
        List<ChainFile> files = forger.files();
        List<String> all = new ArrayList<>();
        for (ChainFile each : files) {
            all.addAll(Forger.lines(each));
        }
        int from = Forger.lines(files.get(0)).size();
        for (int i = from; i < all.size(); i++) {
            all.set(i, all.get(i).replace("audit.checkpoint", "ws.connect"));
        }
        List<String> forged = IndependentReader.rehash(all, from);
        int at = 0;
        for (ChainFile each : files) {
            int count = Forger.lines(each).size();
            Forger.rewrite(each, forged.subList(at, at + count));
            at += count;
        }

        assertThat(byKey().findings()).extracting(Finding::kind).containsExactly(Kind.UNSIGNED);
        assertThat(byKey().signed()).isEqualTo(from);
    }

    @Test
    void swapped_names_are_named_on_their_first_lines() throws IOException {
        for (int other : List.of(1, forger.files().size() - 1)) {
            Path a = forger.file(0).path();
            Path b = forger.file(other).path();
            Path between = folder.resolve("between");
            Files.move(a, between);
            Files.move(b, a);
            Files.move(between, b);

            assertThat(byKey().findings().get(0).toString())
                    .startsWith(forger.file(0).name() + ":1: replaced");
        }
        ChainHead next = forger.restart(Optional.of(head));

        assertThat(byStore(next).findings()).extracting(Finding::kind).contains(Kind.REPLACED);
    }

    @Test
    void running_file_that_is_moved_away_or_replaced_is_left_and_the_next_is_begun(@TempDir Path away)
            throws IOException {
        ChainFile replaced;
        ChainHead next;
        try (WrittenChain chain =
                WrittenChain.open(folder, WrittenChain.config(WrittenChain.LARGE, 1_000), Optional.of(head))) {
            chain.events(2);
            replaced = forger.newest();
            List<String> lines = Forger.lines(replaced);
            Files.move(replaced.path(), away.resolve("x"));
            Forger.rewrite(replaced, lines.subList(0, 3));
            chain.events(2);
            next = chain.checkpoint();
        }
        ChainFile newest = forger.newest();
        assertThat(newest.first()).isGreaterThan(replaced.first());
        assertThat(Forger.lines(newest)).anyMatch(line -> line.contains("\"reason\":\"file_missing\""));
        assertThat(byStore(next).findings())
                .singleElement()
                .satisfies(each -> assertThat(each.toString()).startsWith(newest.name() + ":1: missing"));
    }

    @Test
    void old_copy_of_the_folder_is_found_by_the_store(@TempDir Path old) throws IOException {
        Forger.copy(folder, old);
        ChainHead later = forger.restart(Optional.of(head), 1_000, 40);
        Forger replayed = new Forger(old);

        assertThat(replayed.verify(keys, Anchor.of(Optional.of(later))).findings())
                .extracting(Finding::kind)
                .containsExactly(Kind.TRUNCATED);

        ChainHead next = replayed.restart(Optional.of(later));
        ChainReport report = replayed.verify(keys, Anchor.of(Optional.of(next)));
        assertThat(report.findings()).extracting(Finding::kind).containsExactly(Kind.MISSING, Kind.GAP);
        assertThat(report.findings().get(0).what()).contains((head.n() + 1) + " to " + later.n());
    }

    @Test
    void end_cut_at_a_checkpoint_is_found_by_the_store() throws IOException {
        ChainFile newest = forger.newest();
        List<String> lines = Forger.lines(newest);
        int at = lines.size() - 2;
        while (!lines.get(at).contains("audit.checkpoint")) {
            at--;
        }
        Forger.rewrite(newest, lines.subList(0, at + 1));

        assertThat(byStore(head).findings()).extracting(Finding::kind).containsExactly(Kind.TRUNCATED);
        ChainHead next = forger.restart(Optional.of(head));
        assertThat(byStore(next).findings()).extracting(Finding::kind).containsExactly(Kind.MISSING, Kind.GAP);
    }

    @Test
    void line_without_an_end_is_kept_and_nothing_before_it_is_lost() throws IOException {
        ChainFile newest = forger.newest();
        String before = Files.readString(newest.path());
        Files.write(newest.path(), "x".repeat(200_000).getBytes(US_ASCII), StandardOpenOption.APPEND);

        forger.restart(Optional.of(head));

        assertThat(Files.readString(newest.path())).startsWith(before);
        assertThat(Files.size(folder.resolve(newest.name() + ".foreign-1"))).isEqualTo(200_000);
        assertThat(byKey().findings()).extracting(Finding::kind).containsExactly(Kind.FOREIGN);
    }

    @Test
    void name_of_the_next_file_can_not_be_taken() throws IOException {
        Files.createDirectory(ChainFile.all(folder, WrittenChain.NAME)
                .get(0)
                .path()
                .resolveSibling(String.format("audit-node-a-%016d.jsonl", head.n() + 1)));
        Path planted = folder.resolve("audit-node-a-9999999999999999.jsonl");
        Files.writeString(planted, "mallory\n");

        try (WrittenChain chain = WrittenChain.open(folder, WrittenChain.config(1, 1_000), Optional.of(head))) {
            chain.events(20);
        }

        assertThat(Files.readString(Path.of(planted + ".foreign-1"))).isEqualTo("mallory\n");
        assertThat(byKey().findings())
                .allMatch(each -> each.kind() == Kind.FOREIGN)
                .isNotEmpty();
    }

    @Test
    void link_in_place_of_the_public_key_is_not_followed(@TempDir Path other) throws IOException {
        Path victim = Files.writeString(other.resolve("victim"), "mine");
        Files.delete(folder.resolve("audit.pub"));
        Files.createSymbolicLink(folder.resolve("audit.pub"), victim);
        Files.createSymbolicLink(folder.resolve("audit.pub.new"), victim);

        forger.restart(Optional.of(head));

        assertThat(victim).hasContent("mine");
        assertThat(forger.publicKey()).isEqualTo(keys.get(0));
    }

    @Test
    void retention_believes_neither_times_nor_names_of_files() throws IOException {
        int files = forger.files().size();
        for (ChainFile each : forger.files()) {
            Files.setLastModifiedTime(each.path(), FileTime.fromMillis(0));
        }
        for (int i = 1; i < 30; i++) {
            Files.writeString(folder.resolve(String.format("audit-node-a-%016d.jsonl", 1 + i)), "mallory-" + i + "\n");
        }
        forger.restart(Optional.of(head), files + 1, 1);

        for (ChainFile each : ChainFile.all(written, WrittenChain.NAME)) {
            assertThat(folder.resolve(each.name())).exists();
        }
        assertThat(forger.everything()).contains("mallory-1\n", "mallory-29\n").doesNotContain("audit.deleted");
    }

    @Test
    void key_without_the_store_can_not_cut_the_beginning() throws IOException {
        forger.restart(Optional.of(head), 2, 40); // has the key, and lets the rule delete

        assertThat(forger.file(0).first()).isGreaterThan(1);
        ChainHead next = forger.restart(Optional.of(new ChainHead(head.n(), head.hash(), head.key())));
        assertThat(byStore(next).findings()).extracting(Finding::kind).contains(Kind.GAP);
    }

    @Test
    void key_without_the_store_can_not_write_another_history(@TempDir Path forged) throws IOException {
        Files.copy(folder.resolve("audit.key"), forged.resolve("audit.key"));
        WrittenChain.write(forged, 70, 6_000);
        Forger other = new Forger(forged);

        assertThat(other.verify(keys, Anchor.of(Optional.of(head))).findings())
                .extracting(Finding::kind)
                .containsExactly(Kind.OTHER_HISTORY);
        ChainHead next = other.restart(Optional.of(head));
        assertThat(other.verify(keys, Anchor.of(Optional.of(next))).findings())
                .extracting(Finding::kind)
                .containsExactly(Kind.GAP);
    }

    @Test
    void deletion_signed_with_a_key_that_the_store_does_not_know_is_not_believed() throws Exception {
        forger.signDeletion(forger.cutBeginning());

        assertThat(byStore(head).findings()).extracting(Finding::kind).containsExactly(Kind.MISSING);
        assertThat(byKey().findings()).extracting(Finding::kind).contains(Kind.MISSING, Kind.UNKNOWN_KEY);

        ChainHead next = forger.restart(Optional.of(head));
        assertThat(byStore(next).findings()).extracting(Finding::kind).containsExactly(Kind.FOREIGN, Kind.MISSING);
    }

    private ChainReport byStore(ChainHead recorded) throws IOException {
        return forger.verify(List.of(), Anchor.of(Optional.of(recorded)));
    }

    private ChainReport byKey() throws IOException {
        return forger.verify(keys, Anchor.none("not asked"));
    }
}
