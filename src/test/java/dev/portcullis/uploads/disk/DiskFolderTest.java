package dev.portcullis.uploads.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.uploads.ticket.FileId;
import dev.portcullis.uploads.ticket.UploadTicket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskFolderTest {
    @TempDir
    Path temporary;

    private final SecureRandom random = new SecureRandom();
    private Path root = Path.of("");
    private DiskFolder folder;

    @BeforeEach
    void open() throws IOException {
        root = temporary.resolve("a/b");
        folder = DiskFolder.open(root);
    }

    @AfterEach
    void close() throws IOException {
        folder.close();
    }

    @Test
    void file_that_has_arrived_is_kept_also_after_a_restart() throws IOException {
        FileId id = arrived("hello");
        assertThat(folder.has(id)).isFalse();

        folder.keep(id);
        reopen();

        assertThat(folder.has(id)).isTrue();
        assertThat(folder.kept(id)).hasContent("hello");
        assertThat(folder.incoming(id)).doesNotExist();
        assertThat(visited()).containsExactly(id);
    }

    @Test
    void file_that_has_not_arrived_whole_is_gone_after_a_restart() throws IOException {
        FileId id = arrived("hel");

        reopen();

        assertThat(folder.incoming(id)).doesNotExist();
        assertThat(visited()).isEmpty();
    }

    @Test
    void files_are_two_folders_deep_by_random_digits() throws IOException {
        FileId id = arrived("hello");
        folder.keep(id);

        Path file = root.toAbsolutePath().relativize(folder.kept(id));

        assertThat(file)
                .isEqualTo(
                        Path.of("kept", id.value().substring(0, 2), id.value().substring(2, 4), id.value()));
    }

    @Test
    void only_the_server_may_look_into_the_folder() throws IOException {
        FileId id = arrived("hello");
        folder.keep(id);

        for (Path each : List.of(
                root,
                root.resolve("incoming"),
                root.resolve("kept"),
                folder.kept(id).getParent())) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(each)))
                    .isEqualTo("rwx------");
        }
    }

    @Test
    void deleted_file_is_gone_wherever_it_was() throws IOException {
        FileId kept = arrived("a");
        folder.keep(kept);
        FileId incoming = arrived("b");

        folder.delete(kept);
        folder.delete(incoming);
        folder.delete(incoming);

        assertThat(folder.has(kept)).isFalse();
        assertThat(folder.incoming(incoming)).doesNotExist();
    }

    @Test
    void file_that_has_not_arrived_is_not_kept() {
        FileId id = UploadTicket.draw(random).file();

        assertThatThrownBy(() -> folder.keep(id)).isInstanceOf(NoSuchFileException.class);
        assertThat(folder.has(id)).isFalse();
    }

    @Test
    void files_with_other_names_are_left_alone() throws IOException {
        Path inner = Files.createDirectories(root.resolve("kept/ab/cd"));
        Path note = Files.writeString(inner.resolve("README"), "of an operator");
        Path misplaced = Files.writeString(inner.resolve("0".repeat(32)), "not here");
        Path other = Files.writeString(root.resolve("incoming/README"), "of an operator");

        reopen();

        assertThat(visited()).isEmpty();
        assertThat(List.of(note, misplaced, other)).allMatch(Files::exists);
    }

    @Test
    void folder_keeps_its_id_and_another_has_another() throws IOException {
        FolderId id = folder.id();

        reopen();

        assertThat(folder.id()).isEqualTo(id);
        try (DiskFolder other = DiskFolder.open(temporary.resolve("c"))) {
            assertThat(other.id().value()).isNotEqualTo(id.value());
        }
    }

    @Test
    void folder_whose_id_is_damaged_is_refused() throws IOException {
        folder.close();
        Files.writeString(root.resolve("id"), "");

        assertThatThrownBy(() -> DiskFolder.open(root)).isInstanceOf(IOException.class);

        Files.delete(root.resolve("id"));
        folder = DiskFolder.open(root);
    }

    @Test
    void folder_in_use_is_refused_and_keeps_what_arrives_there() throws IOException {
        FileId id = arrived("hel");

        assertThatThrownBy(() -> DiskFolder.open(root))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("in use");

        assertThat(folder.incoming(id)).exists();
    }

    @Test
    void checkpoint_has_each_file_that_was_there_also_one_that_is_deleted_meanwhile() throws IOException {
        FileId stays = kept("stays");
        FileId deleted = kept("deleted");
        FileId gone = kept("gone");
        folder.delete(gone);
        Path into = temporary.resolve("checkpoint");

        long files = folder.checkpoint(into, () -> folder.delete(deleted));
        folder.delete(stays);

        assertThat(files).isEqualTo(2);
        assertThat(DiskFolder.kept(into, stays)).hasContent("stays");
        assertThat(DiskFolder.kept(into, deleted)).hasContent("deleted");
        assertThat(DiskFolder.kept(into, gone)).doesNotExist();
        assertThat(folder.has(deleted)).isFalse();
        assertThat(into.resolve("id")).hasContent(folder.id().value());
    }

    @Test
    void checkpoint_that_fails_keeps_no_file_from_its_end() throws IOException {
        FileId id = kept("hello");
        Path into = temporary.resolve("checkpoint");

        assertThatThrownBy(() -> folder.checkpoint(into, () -> {
                    throw new IOException("the store failed");
                }))
                .hasMessage("the store failed");
        folder.delete(id);

        assertThat(DiskFolder.kept(into, id)).doesNotExist();
    }

    private FileId kept(String content) throws IOException {
        FileId id = arrived(content);
        folder.keep(id);
        return id;
    }

    private FileId arrived(String content) throws IOException {
        FileId id = UploadTicket.draw(random).file();
        Files.writeString(folder.incoming(id), content);
        return id;
    }

    private List<FileId> visited() throws IOException {
        List<FileId> found = new ArrayList<>();
        for (int part = 0; part < DiskFolder.PARTS; part++) {
            folder.visit(part, found::add);
        }
        return found;
    }

    private void reopen() throws IOException {
        folder.close();
        folder = DiskFolder.open(root);
    }
}
