package io.caravan.cli;

import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;

/** Tells what is wrong with a command in our own words, and where its options are told; all of these would hide the message. */
public final class WrongUsage implements IParameterExceptionHandler {
    @Override
    public int handleParseException(ParameterException found, String[] words) {
        CommandLine command = found.getCommandLine();
        PrintWriter err = command.getErr();
        UsageMistake mistake = UsageMistake.of(found, List.of(words));
        err.println(command.getColorScheme().errorText(mistake.sentence()));
        if (!mistake.isAnswered() && !command.getSubcommands().isEmpty()) {
            command.usage(err);
        } else {
            err.println("See: " + command.getCommandSpec().qualifiedName() + " --help");
        }
        err.flush();
        return command.getCommandSpec().exitCodeOnInvalidInput();
    }
}
