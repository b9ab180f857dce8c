package dev.portcullis.cluster.history;

import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A fault that is planted into a correct history.
 *
 * @param corruption plants the fault; returns false if the history has no place for it
 * @param expected the faults that the checker may report
 */
record PlantedFault(String name, Predicate<CorruptedHistory> corruption, List<Fault> expected) {
    private PlantedFault(String name, Predicate<CorruptedHistory> corruption, Fault... expected) {
        this(name, corruption, List.of(expected));
    }

    static final PlantedFault DUPLICATE =
            new PlantedFault("duplicate delivery", DeliveryCorruptions::duplicate, Fault.DUPLICATE_DELIVERY);

    static List<PlantedFault> all() {
        return Stream.concat(withOrWithoutLosses().stream(), withoutLosses().stream())
                .toList();
    }

    /** Faults in histories with and without losses. */
    static List<PlantedFault> withOrWithoutLosses() {
        return List.of(
                new PlantedFault("dropped delivery", DeliveryCorruptions::drop, Fault.GAP, Fault.NEVER_DELIVERED),
                DUPLICATE,
                new PlantedFault("swapped deliveries", DeliveryCorruptions::swap, Fault.GAP, Fault.OUT_OF_ORDER),
                new PlantedFault(
                        "client with an order of its own",
                        DeliveryCorruptions::reorder,
                        Fault.TWO_MESSAGES_AT_ONE_POSITION,
                        Fault.ONE_MESSAGE_AT_TWO_POSITIONS),
                new PlantedFault(
                        "wrong content", DeliveryCorruptions::changeBody, Fault.ALTERED_CONTENT, Fault.PHANTOM),
                new PlantedFault(
                        "wrong author", DeliveryCorruptions::changeAuthor, Fault.ALTERED_CONTENT, Fault.PHANTOM),
                new PlantedFault("unsent message", DeliveryCorruptions::removeSource, Fault.PHANTOM),
                new PlantedFault("delivery to a stranger", DeliveryCorruptions::deliverToNonMember, Fault.NOT_A_MEMBER),
                new PlantedFault("gap in a resume", DeliveryCorruptions::gapInResume, Fault.GAP),
                new PlantedFault("gap in the history", DeliveryCorruptions::gapInHistory, Fault.GAP),
                new PlantedFault("silent loss of a position", DeliveryCorruptions::hideLoss, Fault.GAP),
                new PlantedFault("second answer", AnswerCorruptions::answerTwice, Fault.UNEXPECTED_ANSWER));
    }

    /** Faults that can be planted only where each seq of a room is used once. */
    private static List<PlantedFault> withoutLosses() {
        return List.of(
                new PlantedFault("late after removal", DeliveryCorruptions::deliverToRemoved, Fault.AFTER_REMOVAL),
                new PlantedFault(
                        "lost acknowledged message", AnswerCorruptions::loseMessage, Fault.GAP, Fault.NEVER_DELIVERED),
                new PlantedFault(
                        "ack with another position",
                        AnswerCorruptions::ackWrongPosition,
                        Fault.ONE_MESSAGE_AT_TWO_POSITIONS,
                        Fault.TWO_MESSAGES_AT_ONE_POSITION),
                new PlantedFault("double effect", AnswerCorruptions::repeatEffect, Fault.DUPLICATE_EFFECT),
                new PlantedFault("another ack for a repeat", AnswerCorruptions::ackDifferently, Fault.DUPLICATE_EFFECT),
                new PlantedFault("ack for another body", AnswerCorruptions::ackOtherBody, Fault.ALTERED_CONTENT),
                new PlantedFault(
                        "refused but there", AnswerCorruptions::refuseDelivered, Fault.EFFECT_OF_REFUSED_FRAME),
                new PlantedFault("accepted after removal", AnswerCorruptions::acceptRemoved, Fault.AFTER_REMOVAL),
                new PlantedFault("a sender's order turned", AnswerCorruptions::reverseOrder, Fault.CAUSALITY_VIOLATION),
                new PlantedFault("dead epoch", AnswerCorruptions::reuseEpoch, Fault.EPOCH_REUSED));
    }

    /** Faults that need a loss of the store. */
    static List<PlantedFault> onlyWithLosses() {
        return List.of(
                new PlantedFault("resume over a loss", DeliveryCorruptions::resumeOverLoss, Fault.GAP),
                new PlantedFault(
                        "loss that is not reported",
                        DeliveryCorruptions::silentLoss,
                        Fault.GAP,
                        Fault.OUT_OF_ORDER,
                        Fault.DUPLICATE_DELIVERY,
                        Fault.NEVER_DELIVERED),
                new PlantedFault(
                        "seq reused in its epoch", AnswerCorruptions::reuseSeq, Fault.TWO_MESSAGES_AT_ONE_POSITION));
    }

    boolean plant(CorruptedHistory copy) {
        return corruption.test(copy);
    }

    boolean isFoundIn(CheckResult result) {
        return result.findings().stream().map(Finding::fault).anyMatch(expected::contains);
    }

    @Override
    public String toString() {
        return name;
    }
}
