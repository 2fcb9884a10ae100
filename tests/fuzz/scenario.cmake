glasspost_fuzz(scenario SOURCES scenario_fuzz.cpp DEPS gp_scenario_loader)
