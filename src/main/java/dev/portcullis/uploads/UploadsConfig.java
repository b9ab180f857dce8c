package dev.portcullis.uploads;

import dev.portcullis.config.Section;
import dev.portcullis.uploads.s3.S3Config;
import dev.portcullis.uploads.ticket.FileId;
import dev.portcullis.uploads.ticket.SharePolicy.Storage;
import dev.portcullis.uploads.ticket.SharePolicy.StorageShares;
import dev.portcullis.uploads.ticket.SharePolicy.UploadQuota;
import dev.portcullis.uploads.ticket.UploadTicket;
import dev.portcullis.uploads.transfer.TransferConfig;
import dev.portcullis.uploads.transfer.TransferPlaces.TransferShares;
import dev.portcullis.uploads.type.FileType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** The section {@code uploads}. */
public record UploadsConfig(
        Kind kind,
        Optional<String> folder,
        String publicUrl,
        long maxBytes,
        Set<FileType> types,
        UploadQuota quota,
        long nodeBytes,
        StorageShares storageShares,
        long ticketMs,
        long keepMs,
        TransferConfig transfer,
        TransferShares shares,
        long sweepMs,
        S3Config s3) {
    private static final String TICKETS = "/api/uploads/";
    private static final String FILES = "/api/files/";

    /** Stands for a host where none is configured. It leads nowhere (RFC 6761 section 6.4). */
    private static final String NOWHERE = "https://portcullis.invalid";

    private static final long MIB = 1L << 20;

    /** More than what is free: so a share may be meant to bound nothing. */
    private static final int MOST_PERCENT = 100_000;

    private static final long DAY = 86_400_000;
    private static final Pattern MIME = Pattern.compile("[a-z0-9][a-z0-9.+-]*/[a-z0-9][a-z0-9.+-]*");

    private static final Pattern PUBLIC_URL = Pattern.compile("https://[a-z0-9]+(?:[.-]+[a-z0-9]+)*(?::[0-9]{1,5})?|");

    /** The most bytes that a PUT to S3, and a copy within it, can carry. */
    private static final long MOST_BYTES = 5L << 30;

    public enum Kind {
        /** There are no uploads: {@code file_upload} is unsupported. */
        NONE,
        DISK,
        S3
    }

    public UploadsConfig {
        types = Set.copyOf(types);
    }

    public static UploadsConfig read(Section uploads) {
        Kind kind =
                uploads.basic().choice("kind", Kind.NONE, "where uploaded files are; with none there are no uploads");
        Optional<String> folder =
                uploads.basic().path("folder", "folder of the files, if they are on disk; no other process may use it");
        if (kind == Kind.DISK && folder.isEmpty()) {
            uploads.problem("folder", "is missing", "uploads.kind is disk, which needs it");
        }
        Section s3 = uploads.section("s3");
        UploadsConfig config = new UploadsConfig(
                kind,
                folder,
                uploads.basic()
                        .text(
                                "publicUrl",
                                "",
                                PUBLIC_URL,
                                "scheme, host and port by which clients reach this server, such as https://chat.example.com: messages"
                                        + " refer to files by it; required unless dev is true"),
                uploads.basic().number("maxBytes", 25 * MIB, 1, MOST_BYTES, "bytes of one file"),
                types(uploads),
                new UploadQuota(
                        uploads.number(
                                "userBytes",
                                1024 * MIB,
                                1,
                                1L << 50,
                                "bytes of all files of one user, from their tickets on"),
                        uploads.integer("userPending", 10, 1, 10_000, "uploads of one user that have not ended")),
                uploads.number(
                        "nodeBytes",
                        10 * 1024 * MIB,
                        1,
                        1L << 50,
                        "bytes of all files on a node's disk, also of those that arrive; a ticket takes none of them"),
                storageShares(uploads),
                uploads.millis("ticketMs", 600_000, 10_000, DAY, "how long a ticket is good"),
                uploads.basic()
                        .millis("keepMs", 30 * DAY, 60_000, 3_650 * DAY, "how long a file is kept; then it is deleted"),
                new TransferConfig(
                        uploads.millis(
                                "transferMs",
                                30_000,
                                1_000,
                                3_600_000,
                                "how long a file of any size may be on its way"),
                        uploads.number(
                                "minBytesPerSecond",
                                32_768L,
                                1_024,
                                1L << 30,
                                "bytes a second that a transfer moves at least; its file may take the time of its size at this speed"),
                        uploads.millis(
                                "behindMs",
                                10_000,
                                1_000,
                                600_000,
                                "how far a transfer may fall behind that speed; then it is cut off")),
                new TransferShares(
                        uploads.integer(
                                "concurrent",
                                64,
                                1,
                                10_000,
                                "uploads and downloads of a node at a time; the last quarter is for users who have none"),
                        uploads.integer(
                                "concurrentPerUser",
                                8,
                                1,
                                10_000,
                                "uploads and downloads of one user at a time on a node"),
                        uploads.integer(
                                "concurrentPerAddress",
                                32,
                                1,
                                10_000,
                                "uploads and downloads of one address at a time on a node, eight times as many of an IPv6 /48;"
                                        + " beyond that only users who have none get one")),
                uploads.millis("sweepMs", 60_000, 1_000, 3_600_000, "time between two looks for files to delete"),
                S3Config.read(s3, kind == Kind.S3));
        config.requireConsistent(uploads);
        return config;
    }

    /** The URL to which a client sends the file of a ticket. */
    String uploadUrl(UploadTicket ticket) {
        return publicUrl + TICKETS + ticket.text();
    }

    /** The URL by which messages refer to a file: attachments are https URLs, also where a server has no TLS. */
    public String fileUrl(FileId id) {
        return (publicUrl.isEmpty() ? NOWHERE : publicUrl) + FILES + id.value();
    }

    /** The storage that users share. */
    public Storage storage() {
        return kind == Kind.S3 ? new Storage(s3.bytes(), true) : new Storage(nodeBytes, false);
    }

    private static StorageShares storageShares(Section uploads) {
        return new StorageShares(
                uploads.millis(
                        "newUserMs",
                        7 * DAY,
                        0,
                        365 * DAY,
                        "how long a user counts as new for the shares in storage, from the first ticket that they ask for"),
                uploads.integer(
                        "reservePercent",
                        10,
                        0,
                        90,
                        "percent of the storage that is kept for users who are not new and hold little"),
                uploads.integer(
                        "userPercent",
                        12,
                        1,
                        MOST_PERCENT,
                        "percent of the storage without the reserve that a user may hold while all of it is free; less, the less"
                                + " is free"),
                uploads.integer("newUserPercent", 3, 1, MOST_PERCENT, "the same of a user who is new"),
                uploads.integer(
                        "addressPercent",
                        10,
                        1,
                        MOST_PERCENT,
                        "the same of all new users of an address together; eight times as much for an IPv6 /48, up to 50"));
    }

    /** How long the bytes of one file may take, with room for the step that keeps it. */
    long receiveMs(long bytes) {
        return transfer.deadlineMs(bytes) + 30_000;
    }

    /** The settings that all nodes must have in common, to find each other's files and to name them alike. */
    public List<String> parts() {
        return kind == Kind.S3 ? List.of(kind.name(), publicUrl, s3.origin(), s3.bucket()) : List.of(kind.name());
    }

    private void requireConsistent(Section uploads) {
        if (quota.bytes() < maxBytes) {
            uploads.problem("userBytes", "is below uploads.maxBytes", "a user has room for one file at least");
        }
        if (nodeBytes < maxBytes) {
            uploads.problem("nodeBytes", "is below uploads.maxBytes", "a node has room for one file at least");
        }
    }

    private static Set<FileType> types(Section uploads) {
        List<String> names = uploads.basic()
                .texts(
                        "types",
                        FileType.DEFAULTS.stream().map(FileType::mime).toList(),
                        MIME,
                        "types of files that may be uploaded; what a file begins with must fit. application/octet-stream is any file");
        List<FileType> types = new ArrayList<>();
        for (String name : names) {
            FileType.of(name)
                    .ifPresentOrElse(
                            types::add,
                            () -> uploads.problem(
                                    "types",
                                    "holds " + name,
                                    "the server knows no sign of it, or a browser would run it"));
        }
        return Set.copyOf(types);
    }
}
