public class OutOfBounds {
    public static void main(String[] args) {
        System.out.println("Good evening, " + args[0] + "!");
    }
}
