package dev.portcullis.protocol.codec;

import dev.portcullis.protocol.FrameType;
import dev.portcullis.protocol.Rejection;
import java.util.Optional;

/**
 * A frame that can't be taken as it came.
 *
 * @param id the frame's id if it could be read, so that the refusal can carry it
 * @param roomId likewise
 * @param type the frame's type, if it is known
 */
public record MalformedFrame(Optional<String> id, Optional<String> roomId, Optional<FrameType> type, Rejection why) {}
