package dev.portcullis.events;

import dev.portcullis.protocol.Rejection.Violation;
import dev.portcullis.protocol.Result;
import java.util.List;

/** Judges the data of events by their schemas. Not safe for threads: each event loop has its own. */
public interface EventJudge {
    /**
     * @param id the name of the event
     * @param data one JSON value in UTF-8 that the reader of frames has accepted: no key twice, no prototype key, bounded depth
     * @return violations with paths from the root of the frame: below {@code /data}, or {@code /event} for an unknown name
     */
    Result<JudgedEvent, List<Violation>> judge(String id, byte[] data);
}
