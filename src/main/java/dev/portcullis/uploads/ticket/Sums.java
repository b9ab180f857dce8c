package dev.portcullis.uploads.ticket;

/**
 * The sums of some uploads.
 *
 * @param ticketBytes the bytes of uploads whose tickets were not used
 * @param fileBytes the bytes of uploads whose tickets were used, until their files are gone
 * @param pending how many are not kept yet
 * @param uploads how many there are
 */
public record Sums(long ticketBytes, long fileBytes, long pending, long uploads) {
    public static final Sums NONE = new Sums(0, 0, 0, 0);

    static Sums of(Upload upload) {
        boolean isFile = upload.state().isOnDisk();
        return new Sums(
                isFile ? 0 : upload.size(),
                isFile ? upload.size() : 0,
                upload.state().isPending() ? 1 : 0,
                1);
    }

    public long bytes() {
        return ticketBytes + fileBytes;
    }

    Sums plus(Sums other) {
        return new Sums(
                ticketBytes + other.ticketBytes,
                fileBytes + other.fileBytes,
                pending + other.pending,
                uploads + other.uploads);
    }

    Sums minus(Sums other) {
        return new Sums(
                ticketBytes - other.ticketBytes,
                fileBytes - other.fileBytes,
                pending - other.pending,
                uploads - other.uploads);
    }
}
