package io.caravan.watch;

import io.caravan.watch.detect.DetectorSettings;
import java.time.Duration;
import org.apache.camel.spi.Metadata;
import org.apache.camel.support.DefaultComponent;

/** The parameters of the detector as options: of the service, of {@code fleet replay} and of {@code fleet evaluate} alike. Their formulas and how they were found: docs/detection.md. */
abstract class DetectorComponent extends DefaultComponent {
    @Metadata(
            defaultValue = "0.1",
            description =
                    "How many false alarms a fleet may give a year by mere chance. Smaller means fewer and later alarms; half as many cost about a twentieth more delay")
    private double alarmsPerYear = DetectorSettings.DEFAULTS.alarmsPerYear();

    @Metadata(
            defaultValue = "3",
            description =
                    "From which score a fleet is shown as late: minus the logarithm of the chance of such a gap, so that 3 is one gap in a thousand")
    private double lateScore = DetectorSettings.DEFAULTS.lateScore();

    @Metadata(
            defaultValue = "10m",
            javaType = "java.time.Duration",
            description =
                    "No shorter silence is told, however busy the fleet; three polls of its provider are waited for anyway")
    private long minSilence = DetectorSettings.DEFAULTS.minSilence().toMillis();

    @Metadata(
            label = "advanced",
            defaultValue = "3",
            description =
                    "How far above the threshold a silence's score is severe, which raises its severity by one step")
    private double severeMargin = DetectorSettings.DEFAULTS.severeMargin();

    @Metadata(
            label = "advanced",
            defaultValue = "4",
            description = "After how many missed hours of its usual work a silence is severe whatever its score")
    private double severeBusyHours = DetectorSettings.DEFAULTS.severeBusyHours();

    @Metadata(
            label = "advanced",
            defaultValue = "60d",
            javaType = "java.time.Duration",
            description = "How far ahead the moment is looked for at which a fleet would be missed")
    private long horizon = DetectorSettings.DEFAULTS.horizon().toMillis();

    @Metadata(
            label = "advanced",
            defaultValue = "24h",
            javaType = "java.time.Duration",
            description = "A silence that begins so soon after a recovery is the same trouble again")
    private long calm = DetectorSettings.DEFAULTS.calm().toMillis();

    @Metadata(
            label = "advanced",
            defaultValue = "7d",
            javaType = "java.time.Duration",
            description = "The same of a fleet that hasn't come back to half of its usual level since")
    private long relapse = DetectorSettings.DEFAULTS.relapse().toMillis();

    @Metadata(
            label = "advanced",
            defaultValue = "0.15",
            description =
                    "Weight of the newest week in an hour's mean once it has been seen often; 0.15 is a memory of about six weeks")
    private double learningRate = DetectorSettings.DEFAULTS.learningRate();

    @Metadata(
            label = "advanced",
            defaultValue = "0.25",
            description =
                    "How much an hour inside a trouble teaches that nobody has confirmed and whose cause isn't plain, from 0 to 1")
    private double alarmWeight = DetectorSettings.DEFAULTS.alarmWeight();

    @Metadata(
            label = "advanced",
            defaultValue = "4",
            description = "An hour of the week that was seen less often learns at full weight even inside a trouble")
    private int trustedWeeks = DetectorSettings.DEFAULTS.trustedWeeks();

    @Metadata(
            label = "advanced",
            defaultValue = "1",
            description =
                    "How many observations the mean of the same hour on like days (Monday to Friday, Saturday, Sunday) is worth")
    private double classWeight = DetectorSettings.DEFAULTS.classWeight();

    @Metadata(
            label = "advanced",
            defaultValue = "8h",
            javaType = "java.time.Duration",
            description = "How fast today's level forgets: after so long what came counts half")
    private long levelHalfLife = DetectorSettings.DEFAULTS.levelHalfLife().toMillis();

    @Metadata(
            label = "advanced",
            defaultValue = "8",
            description =
                    "The Gamma shape of the difference between days until it is learned: small is wild, 64 all alike")
    private double dayEffect = DetectorSettings.DEFAULTS.dayEffect();

    @Metadata(
            label = "advanced",
            defaultValue = "32",
            description = "The Gamma shape of the difference between the hours of a day until it is learned")
    private double hourEffect = DetectorSettings.DEFAULTS.hourEffect();

    @Metadata(
            label = "advanced",
            defaultValue = "1.5",
            description = "The upper bound of dayEffect on eves and bridge days, of which less is expected")
    private double weakDayEffect = DetectorSettings.DEFAULTS.weakDayEffect();

    @Metadata(label = "advanced", defaultValue = "4", description = "The upper bound of hourEffect on such days")
    private double weakHourEffect = DetectorSettings.DEFAULTS.weakHourEffect();

    @Metadata(
            label = "advanced",
            defaultValue = "0.5",
            description =
                    "The Gamma shape of the difference between holidays: of nothing since midnight little follows")
    private double holidayEffect = DetectorSettings.DEFAULTS.holidayEffect();

    @Metadata(
            label = "advanced",
            defaultValue = "2",
            description = "How many packets come as one until bursts are learned, 1 or more")
    private double burstPrior = DetectorSettings.DEFAULTS.burstPrior();

    @Metadata(label = "advanced", defaultValue = "20", description = "How many gaps between packets that is worth")
    private double burstPriorWeight = DetectorSettings.DEFAULTS.burstPriorWeight();

    @Metadata(
            label = "advanced",
            defaultValue = "6h",
            javaType = "java.time.Duration",
            description = "Over how long active vehicles are compared with what is usual")
    private long shareWindow = DetectorSettings.DEFAULTS.shareWindow().toMillis();

    @Metadata(
            label = "advanced",
            defaultValue = "24h",
            javaType = "java.time.Duration",
            description = "Over how long packets are compared with what is usual")
    private long volumeWindow = DetectorSettings.DEFAULTS.volumeWindow().toMillis();

    @Metadata(
            label = "advanced",
            defaultValue = "0.00001",
            description = "So small a chance of so few vehicles or packets is a trouble")
    private double shareChance = DetectorSettings.DEFAULTS.shareChance();

    @Metadata(
            label = "advanced",
            defaultValue = "0.75",
            description = "Above this part of what is usual nothing is a trouble, however improbable")
    private double shareLimit = DetectorSettings.DEFAULTS.shareLimit();

    /** As the options say; what makes no sense is refused with its name. */
    public DetectorSettings detectorSettings() {
        return new DetectorSettings(
                alarmsPerYear,
                lateScore,
                severeMargin,
                severeBusyHours,
                Duration.ofMillis(minSilence),
                Duration.ofMillis(horizon),
                Duration.ofMillis(calm),
                Duration.ofMillis(relapse),
                learningRate,
                alarmWeight,
                trustedWeeks,
                classWeight,
                Duration.ofMillis(levelHalfLife),
                dayEffect,
                hourEffect,
                weakDayEffect,
                weakHourEffect,
                holidayEffect,
                burstPrior,
                burstPriorWeight,
                Duration.ofMillis(shareWindow),
                Duration.ofMillis(volumeWindow),
                shareChance,
                shareLimit);
    }

    public double getAlarmsPerYear() {
        return alarmsPerYear;
    }

    /** How many false alarms a fleet may give a year by mere chance. */
    public void setAlarmsPerYear(double alarmsPerYear) {
        this.alarmsPerYear = alarmsPerYear;
    }

    public double getLateScore() {
        return lateScore;
    }

    /** From which score a fleet is shown as late. */
    public void setLateScore(double lateScore) {
        this.lateScore = lateScore;
    }

    public long getMinSilence() {
        return minSilence;
    }

    /** No shorter silence is told, however busy the fleet, ms. */
    public void setMinSilence(long minSilence) {
        this.minSilence = minSilence;
    }

    public double getSevereMargin() {
        return severeMargin;
    }

    /** How far above the threshold a silence's score is severe, which raises its severity by one step. */
    public void setSevereMargin(double severeMargin) {
        this.severeMargin = severeMargin;
    }

    public double getSevereBusyHours() {
        return severeBusyHours;
    }

    /** After how many missed hours of its usual work a silence is severe whatever its score. */
    public void setSevereBusyHours(double severeBusyHours) {
        this.severeBusyHours = severeBusyHours;
    }

    public long getHorizon() {
        return horizon;
    }

    /** How far ahead the moment is looked for at which a fleet would be missed, ms. */
    public void setHorizon(long horizon) {
        this.horizon = horizon;
    }

    public long getCalm() {
        return calm;
    }

    /** A silence that begins so soon after a recovery is the same trouble again, ms. */
    public void setCalm(long calm) {
        this.calm = calm;
    }

    public long getRelapse() {
        return relapse;
    }

    /** The same of a fleet that hasn't come back to half of its usual level since, ms. */
    public void setRelapse(long relapse) {
        this.relapse = relapse;
    }

    public double getLearningRate() {
        return learningRate;
    }

    /** Weight of the newest week in an hour's mean once it has been seen often. */
    public void setLearningRate(double learningRate) {
        this.learningRate = learningRate;
    }

    public double getAlarmWeight() {
        return alarmWeight;
    }

    /** How much an hour inside a trouble teaches that nobody has confirmed and whose cause isn't plain, from 0 to 1. */
    public void setAlarmWeight(double alarmWeight) {
        this.alarmWeight = alarmWeight;
    }

    public int getTrustedWeeks() {
        return trustedWeeks;
    }

    /** An hour of the week that was seen less often learns at full weight even inside a trouble. */
    public void setTrustedWeeks(int trustedWeeks) {
        this.trustedWeeks = trustedWeeks;
    }

    public double getClassWeight() {
        return classWeight;
    }

    /** How many observations the mean of the same hour on like days (Monday to Friday, Saturday, Sunday) is worth. */
    public void setClassWeight(double classWeight) {
        this.classWeight = classWeight;
    }

    public long getLevelHalfLife() {
        return levelHalfLife;
    }

    /** How fast today's level forgets, ms. */
    public void setLevelHalfLife(long levelHalfLife) {
        this.levelHalfLife = levelHalfLife;
    }

    public double getDayEffect() {
        return dayEffect;
    }

    /** The Gamma shape of the difference between days until it is learned. */
    public void setDayEffect(double dayEffect) {
        this.dayEffect = dayEffect;
    }

    public double getHourEffect() {
        return hourEffect;
    }

    /** The Gamma shape of the difference between the hours of a day until it is learned. */
    public void setHourEffect(double hourEffect) {
        this.hourEffect = hourEffect;
    }

    public double getWeakDayEffect() {
        return weakDayEffect;
    }

    /** The upper bound of dayEffect on eves and bridge days, of which less is expected. */
    public void setWeakDayEffect(double weakDayEffect) {
        this.weakDayEffect = weakDayEffect;
    }

    public double getWeakHourEffect() {
        return weakHourEffect;
    }

    /** The upper bound of hourEffect on such days. */
    public void setWeakHourEffect(double weakHourEffect) {
        this.weakHourEffect = weakHourEffect;
    }

    public double getHolidayEffect() {
        return holidayEffect;
    }

    /** The Gamma shape of the difference between holidays. */
    public void setHolidayEffect(double holidayEffect) {
        this.holidayEffect = holidayEffect;
    }

    public double getBurstPrior() {
        return burstPrior;
    }

    /** How many packets come as one until bursts are learned, 1 or more. */
    public void setBurstPrior(double burstPrior) {
        this.burstPrior = burstPrior;
    }

    public double getBurstPriorWeight() {
        return burstPriorWeight;
    }

    /** How many gaps between packets that is worth. */
    public void setBurstPriorWeight(double burstPriorWeight) {
        this.burstPriorWeight = burstPriorWeight;
    }

    public long getShareWindow() {
        return shareWindow;
    }

    /** Over how long active vehicles are compared with what is usual, ms. */
    public void setShareWindow(long shareWindow) {
        this.shareWindow = shareWindow;
    }

    public long getVolumeWindow() {
        return volumeWindow;
    }

    /** Over how long packets are compared with what is usual, ms. */
    public void setVolumeWindow(long volumeWindow) {
        this.volumeWindow = volumeWindow;
    }

    public double getShareChance() {
        return shareChance;
    }

    /** So small a chance of so few vehicles or packets is a trouble. */
    public void setShareChance(double shareChance) {
        this.shareChance = shareChance;
    }

    public double getShareLimit() {
        return shareLimit;
    }

    /** Above this part of what is usual nothing is a trouble, however improbable. */
    public void setShareLimit(double shareLimit) {
        this.shareLimit = shareLimit;
    }
}
