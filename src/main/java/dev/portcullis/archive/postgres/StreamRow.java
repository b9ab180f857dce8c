package dev.portcullis.archive.postgres;

import dev.portcullis.protocol.Position;
import dev.portcullis.streams.StreamName;

/**
 * The row of a stream.
 *
 * @param epoch the number of the position's epoch
 * @param lastSeq the last entry that the archive has
 * @param runFirst the first one of the last run; 0 without one
 * @param kept what is kept of it
 */
record StreamRow(
        StreamName name,
        int id,
        Position position,
        int epoch,
        long lastSeq,
        long runFirst,
        int runMonth,
        KeptStream kept) {
    StreamRow at(Position to, int epoch, long first, int month) {
        return new StreamRow(name, id, to, epoch, to.seq(), first, month, kept);
    }

    StreamRow cut(long last, long first, int month) {
        return new StreamRow(name, id, position, epoch, last, first, month, kept.cut(last));
    }

    StreamRow keeping(KeptStream stream) {
        return new StreamRow(name, id, position, epoch, lastSeq, runFirst, runMonth, stream);
    }
}
