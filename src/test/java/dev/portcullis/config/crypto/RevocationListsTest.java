package dev.portcullis.config.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.PrivateAuthority;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RevocationListsTest {
    @TempDir
    Path folder;

    @Test
    void list_is_read_and_is_overdue_from_its_next_update_on() throws Exception {
        PrivateAuthority authority = PrivateAuthority.in(folder);
        String list = Files.readString(authority.revoke(authority.client("lost")));
        String certificate = Files.readString(authority.certificate());
        Instant now = Instant.now();

        assertThat(RevocationLists.areIn(list)).isTrue();
        assertThat(RevocationLists.areIn(certificate + list)).isTrue();
        assertThat(RevocationLists.overdue(list, now)).isEmpty();
        assertThat(RevocationLists.overdue(list, now.plus(Duration.ofDays(1_000))))
                .hasValueSatisfying(when -> assertThat(when).startsWith("was to be replaced by "));
        assertThat(RevocationLists.areIn(certificate)).isFalse();
        assertThat(RevocationLists.areIn(list + list.replaceFirst("\\n[A-Za-z0-9+/]{20}", "\nMIIB")))
                .as("one of two can't be read")
                .isFalse();
    }

    @Test
    void list_of_another_authority_is_told_apart() throws Exception {
        PrivateAuthority ours = PrivateAuthority.in(Files.createDirectory(folder.resolve("ours")));
        PrivateAuthority theirs = PrivateAuthority.in(Files.createDirectory(folder.resolve("theirs")));
        String list = Files.readString(ours.revoke(ours.client("lost")));
        String foreign = Files.readString(theirs.revoke(theirs.client("lost")));
        String authority = Files.readString(ours.certificate());

        assertThat(RevocationLists.areOf(authority, list)).isTrue();
        assertThat(RevocationLists.areOf(authority, foreign)).isFalse();
        assertThat(RevocationLists.areOf(authority, list + foreign)).isFalse();
        assertThat(RevocationLists.areOf(authority + Files.readString(theirs.certificate()), list + foreign))
                .isTrue();
    }
}
