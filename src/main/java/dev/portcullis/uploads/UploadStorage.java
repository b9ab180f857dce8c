package dev.portcullis.uploads;

import java.util.function.Function;

/** The place where the files of this node are. */
public sealed interface UploadStorage {
    /** The part that is the same for each kind of storage. */
    Uploads uploads();

    <R> R fold(Function<DiskUploads, R> disk, Function<S3Uploads, R> s3);

    /** Files are on a disk of this node. */
    record OnDisk(DiskUploads uploads) implements UploadStorage {
        @Override
        public <R> R fold(Function<DiskUploads, R> disk, Function<S3Uploads, R> s3) {
            return disk.apply(uploads);
        }
    }

    /** Files are in S3, or in a store that speaks its protocol. */
    record InS3(S3Uploads uploads) implements UploadStorage {
        @Override
        public <R> R fold(Function<DiskUploads, R> disk, Function<S3Uploads, R> s3) {
            return s3.apply(uploads);
        }
    }
}
