package dev.portcullis.uploads;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.uploads.UploadsConfig.Kind;
import dev.portcullis.uploads.ticket.SharePolicy.Storage;
import dev.portcullis.uploads.ticket.SharePolicy.StorageShares;
import dev.portcullis.uploads.type.FileType;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UploadsConfigTest {

    @Test
    void uploads_are_off_by_default_and_bounded() {
        UploadsConfig config = UploadFixture.config("{}");

        assertThat(config.kind()).isEqualTo(Kind.NONE);
        assertThat(config.maxBytes()).isEqualTo(25 << 20);
        assertThat(config.types())
                .containsExactlyInAnyOrderElementsOf(FileType.DEFAULTS)
                .doesNotContain(FileType.ANY);
        assertThat(config.quota().bytes()).isEqualTo(1L << 30);
        assertThat(config.storageShares()).isEqualTo(new StorageShares(TimeUnit.DAYS.toMillis(7), 10, 12, 3, 10));
        assertThat(config.storage()).isEqualTo(new Storage(10L << 30, false));
        assertThat(config.transfer().deadlineMs(config.maxBytes())).isEqualTo(30_000 + 800_000);
    }

    @Test
    void disk_needs_a_folder_only() {
        UploadsConfig config = UploadFixture.config("{\"kind\": \"disk\", \"folder\": \"files\"}");

        assertThat(config.folder()).contains("/etc/portcullis/files");
    }

    @Test
    void secret_of_s3_is_not_printed() {
        UploadsConfig config = UploadFixture.config("""
                {"kind": "s3", "s3": {"endpoint": "https://s3.example.com", "bucket": "files", "accessKey": "AKID",
                 "secretKey": "topsecret"}}""");

        assertThat(config.toString()).doesNotContain("topsecret");
        assertThat(config.s3().origin()).isEqualTo("https://files.s3.example.com");
        assertThat(config.storage()).isEqualTo(new Storage(1L << 40, true));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {"kind": "disk"} | folder
                    {"kind": "s3"} | s3.bucket
                    {"kind": "s3"} | s3.secretKey
                    {"maxBytes": 0} | maxBytes
                    {"maxBytes": 2000, "userBytes": 1999} | userBytes
                    {"maxBytes": 2000, "nodeBytes": 1999} | nodeBytes
                    {"types": ["image/svg+xml"]} | types
                    {"types": ["text/html"]} | types
                    {"kind": "ftp"} | kind
                    {"reservePercent": 91} | reservePercent
                    {"newUserPercent": 0} | newUserPercent
                    {"s3": {"bytes": 0}} | s3.bytes
                    {"minBytesPerSecond": 0} | minBytesPerSecond
                    {"s3": {"endpoint": "http://files.example.com"}} | s3.endpoint
                    {"s3": {"endpoint": "https://example.com/path"}} | s3.endpoint
                    {"s3": {"bucket": "A/B"}} | s3.bucket
                    {"typo": 1} | typo
                    """)
    void wrong_value_is_reported_under_its_path(String json, String path) {
        List<String> problems = new ArrayList<>();

        UploadFixture.config(json, problems);

        assertThat(problems).anyMatch(problem -> problem.contains(path));
    }
}
