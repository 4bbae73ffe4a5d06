package io.caravan.poll.plan;

import java.util.ArrayList;
import java.util.List;

/**
 * What a provider's limit, page size and price mean for given arrivals. Every answer comes twice: by a formula, and from a simulation in which the real
 * {@link io.caravan.poll.PollPlan} polls; where they differ by more than {@link Answer#TOLERANCE} or a call, the answer says so.
 */
public record CapacityPlan(CapacityQuestion question, List<Answer> answers) {

    public CapacityPlan {
        answers = List.copyOf(answers);
    }

    /** Takes up to a few seconds of computing. */
    public static CapacityPlan of(CapacityQuestion question) {
        StreamModel stream = new StreamModel(question);
        List<Answer> answers = new ArrayList<>(new SpeedAnswers(stream).answers());
        answers.addAll(new LatencyAnswers(stream).answers());
        question.buffer().ifPresent(buffer -> answers.addAll(new BufferAnswers(buffer).answers()));
        return new CapacityPlan(question, answers);
    }

    /** Whether no simulation contradicts its formula. */
    public boolean isConfirmed() {
        return answers.stream().noneMatch(Answer::isContradicted);
    }
}
