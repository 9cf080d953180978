/** The class is not called Main: the judge finds the one with a main method. */
public class Greeter {
    private final String whom;

    Greeter(String whom) {
        this.whom = whom;
    }

    String greet() {
        return "Good evening, " + whom + "!";
    }

    public static void main(String[] args) {
        System.out.println(new Greeter("stars").greet());
    }
}
