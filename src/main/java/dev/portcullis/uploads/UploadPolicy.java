package dev.portcullis.uploads;

import dev.portcullis.content.FileName;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.Rejection.Violation;
import dev.portcullis.protocol.UserId;
import dev.portcullis.uploads.ticket.Upload;
import dev.portcullis.uploads.type.FileType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Which files may be uploaded, and who may fetch them. */
public final class UploadPolicy {
    private final UploadsConfig config;

    public UploadPolicy(UploadsConfig config) {
        this.config = config;
    }

    /** Why a file gets no ticket, whatever room there is; empty if nothing is wrong with it. */
    public Optional<Rejection> judge(String name, long size, String mime) {
        List<Violation> violations = new ArrayList<>();
        if (!FileName.isAllowed(name)) {
            violations.add(new Violation("/name", "pattern"));
        }
        if (size < 1) {
            violations.add(new Violation("/size", "minimum"));
        } else if (size > config.maxBytes()) {
            violations.add(new Violation("/size", "maximum"));
        }
        if (type(mime).isEmpty()) {
            violations.add(new Violation("/mime", "enum"));
        }
        return violations.isEmpty() ? Optional.empty() : Optional.of(Rejection.invalid(violations));
    }

    /** The type that a file may be declared as. */
    Optional<FileType> type(String mime) {
        return FileType.of(mime).filter(config.types()::contains);
    }

    /**
     * Whether a user may fetch a file if they may read where it was sent to. In a room, they may not have sent it themselves
     * either: they may have been removed since.
     */
    boolean isMeantFor(Upload upload, UserId reader) {
        return upload.target()
                .fold(room -> true, recipient -> reader.equals(recipient) || reader.equals(upload.owner()));
    }
}
