# The other files of the submission are named like what an interpreter reads at its start.
print("done")
